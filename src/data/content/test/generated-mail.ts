import fc from 'fast-check';

/** MIME of all shapes, well formed and broken, made from nothing: no real mail, no real addresses. */
const eol = fc.constantFrom('\n', '\r\n');
const words = ['the', 'invoice', 'für', 'Müller', 'is = due', '\t', ' ', '=', '=3D', '--b1', 'From me', '.', 'Grüße 😀', 'a'.repeat(90)];
const text = fc.array(fc.constantFrom(...words, '\n', '\r\n', '\n\n'), { maxLength: 60 }).map((list) => Buffer.from(list.join(' ')));
const bytes = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array)),
);

function base64Lines(content: Buffer, width: number, ending: string): Buffer {
  const lines = content.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return Buffer.from(lines.join(ending), 'latin1');
}

/** An encoder of its own making: escapes whatever `isEscaped` says and breaks lines wherever `breakAfter` says. */
function quotedPrintable(content: Buffer, width: number, ending: string, escapeEvery: number, isUpper: boolean): Buffer {
  let line = '';
  let encoded = '';
  for (const [index, byte] of content.entries()) {
    const mustEscape = byte > 126 || byte === 61 || (byte < 32 && byte !== 9 && byte !== 10) || index % escapeEvery === 0;
    const hex = byte.toString(16).padStart(2, '0');
    const token = mustEscape ? `=${isUpper ? hex.toUpperCase() : hex}` : String.fromCharCode(byte);
    if (token === '\n') {
      encoded += `${line}\n`;
      line = '';
      continue;
    }
    if (line.length + token.length >= width) {
      encoded += `${line}=${ending}`;
      line = '';
    }
    line += token;
  }
  return Buffer.from(encoded + line, 'latin1');
}

/** A body with the transfer encoding it claims, or not quite. */
const encodedBody = fc.oneof(
  fc
    .tuple(
      bytes,
      fc.constantFrom(4, 60, 72, 76, 75, 1000),
      eol,
      fc.constantFrom('', '\n', '\r\n\r\n', '\n_____\nlist footer, not base64\n'),
    )
    .map(([content, width, ending, tail]) => ({
      encoding: 'base64',
      body: Buffer.concat([base64Lines(content, width, ending), Buffer.from(tail)]),
    })),
  fc
    .tuple(bytes, fc.integer({ min: 5, max: 90 }), eol, fc.constantFrom(1, 7, 1e9), fc.boolean(), fc.constantFrom('', '=', '=\n', '=4'))
    .map(([content, width, ending, every, isUpper, tail]) => ({
      encoding: 'quoted-printable',
      body: Buffer.concat([quotedPrintable(content, width, ending, every, isUpper), Buffer.from(tail)]),
    })),
  fc
    .tuple(bytes, fc.constantFrom('7bit', '8bit', 'binary', 'x-uuencode', 'base64', 'quoted-printable', 'QUOTED-PRINTABLE (c)'))
    .map(([body, encoding]) => ({ encoding, body })),
);

const brokenHeader = fc.constantFrom(
  '',
  'no colon here',
  ': no name',
  ' folded at first',
  'Content-Type',
  'Content-Type: ;;;=',
  'Subject: \0 nul',
  'X: =?utf-8?b?!!?=',
);
const fileName = fc.constantFrom(
  '',
  '; name=a.txt',
  '; name="b \\" c.pdf"',
  "; name*0*=utf-8''%e2%82%ac; name*1=x.gif",
  '; name="=?iso-8859-1?q?=FCber?="',
);

const leaf = fc
  .tuple(
    fc.constantFrom('text/plain', 'text/html; charset=utf-8', 'image/gif', 'message/rfc822', 'multipart/mixed', 'nonsense'),
    fileName,
    brokenHeader,
    encodedBody,
    eol,
  )
  .map(([type, name, broken, { encoding, body }, ending]) => {
    const lines = [`Content-Type: ${type}${name}`, broken, `Content-Transfer-Encoding: ${encoding}`, '', ''];
    return Buffer.concat([Buffer.from(lines.filter((line, i) => line !== '' || i > 2).join(ending)), body]);
  });

const { entity } = fc.letrec<{ entity: Buffer }>((tie) => ({
  entity: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc
      .tuple(
        fc.array(tie('entity'), { maxLength: 4 }),
        fc.constantFrom('b', 'b1', 'b1b', '=_x;y', ' '),
        eol,
        fc.constantFrom('', 'preamble'),
        fc.constantFrom('--', '', '--  ', 'x'),
        fc.constantFrom('', '\n', '\nepilogue\n--b\n'),
        fc.constantFrom('mixed', 'alternative', 'digest'),
      )
      .map(([children, boundary, ending, preamble, close, epilogue, subtype]) => {
        const header = `Content-Type: multipart/${subtype};${ending}\tboundary="${boundary}"${ending}${ending}${preamble}`;
        const pieces = children.flatMap((child) => [Buffer.from(`${ending}--${boundary}${ending}`), child]);
        return Buffer.concat([Buffer.from(header), ...pieces, Buffer.from(`${ending}--${boundary}${close}${epilogue}`)]);
      }),
  ),
}));

export const mimeMessage: fc.Arbitrary<Buffer> = fc
  .tuple(entity, eol)
  .map(([body, ending]) =>
    Buffer.concat([Buffer.from(`From: a@example.com${ending}To: b@example.org${ending}MIME-Version: 1.0${ending}`), body]),
  );
