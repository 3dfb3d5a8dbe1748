import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mimeMessage } from '../../test/generated-mail.ts';
import { decodePart, encodePart, formatEncoding, parseEncoding } from './encoding.ts';
import { assemble, planMessage } from './recipe.ts';
import { scanMessage } from './scan.ts';

const lines = (...list: string[]) => Buffer.from(list.join('\r\n'));
const rebuilt = (raw: Buffer) => {
  const plan = planMessage(raw);
  return assemble(raw.length, plan.placed, plan.literals, ({ part }) => plan.parts[part]?.bytes ?? Buffer.alloc(0));
};

describe('scanMessage', () => {
  it('numbers parts as IMAP does and ends each before the line break of its boundary', () => {
    const raw = lines(
      'Content-Type: multipart/mixed; boundary=out',
      '',
      'preamble',
      '--out',
      'Content-Type: multipart/alternative; boundary="in"',
      '',
      '--in',
      '',
      'plain',
      '--in',
      'Content-Type: text/html; charset=UTF-8',
      '',
      '<p>',
      '--in--',
      '--out',
      'Content-Type: application/pdf; name="a b.pdf"',
      'Content-Disposition: attachment',
      'Content-ID: <x@example.com>',
      '',
      'PDF',
      '--out--',
      'epilogue',
    );
    const found = scanMessage(raw).map((leaf) => [leaf.path, leaf.contentType, raw.toString('latin1', leaf.start, leaf.end)]);
    expect(found).toEqual([
      ['1.1', 'text/plain', 'plain'],
      ['1.2', 'text/html', '<p>'],
      ['2', 'application/pdf', 'PDF'],
    ]);
    expect(scanMessage(raw)[2]).toMatchObject({ fileName: 'a b.pdf', disposition: 'attachment', contentId: 'x@example.com' });
    expect(scanMessage(raw)[1]?.charset).toBe('utf-8');
  });

  it('ends an inner multipart without final boundary where the outer one goes on', () => {
    const raw = lines(
      'Content-Type: multipart/mixed; boundary=a',
      '',
      '--a',
      'Content-Type: multipart/mixed; boundary=ab',
      '',
      '--ab',
      '',
      'one',
      '--a',
      '',
      'two',
    );
    expect(scanMessage(raw).map((leaf) => raw.toString('latin1', leaf.start, leaf.end))).toEqual(['one', 'two']);
  });

  it('keeps a nested message as one attachment', () => {
    const raw = lines('Content-Type: multipart/digest; boundary=a', '', '--a', '', 'Subject: inner', '', 'text', '--a--');
    expect(planMessage(raw).parts.map((part) => [part.contentType, part.isBody])).toEqual([['message/rfc822', false]]);
  });

  it.each([
    ['nothing at all', ''],
    ['no end of the header', 'Subject: x'],
    ['only line breaks', '\n\n\n'],
    ['a boundary that never comes', 'Content-Type: multipart/mixed; boundary=a\n\ntext'],
    ['an empty boundary', 'Content-Type: multipart/mixed; boundary=""\n\n--\n\nx\n----'],
  ])('reads %s as one part', (_, raw) => {
    expect(scanMessage(Buffer.from(raw))).toHaveLength(1);
  });

  it('is not made slow or deep by hostile structure', () => {
    const nested = Array.from({ length: 5_000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`).join('');
    const flat = `Content-Type: multipart/mixed; boundary=b\n\n${'--b\n'.repeat(200_000)}`;
    expect(scanMessage(Buffer.from(nested))).toHaveLength(1);
    expect(scanMessage(Buffer.from(flat))).toHaveLength(1);
    expect(scanMessage(Buffer.from(`Content-Type: text/plain; ${'('.repeat(1e6)}\n\nx`))).toHaveLength(1);
  });

  it.each([
    ["name*0*=iso-8859-1'de'%fcber; name*1=.txt", 'über.txt'],
    ['name="=?utf-8?b?w7xiZXI=?= =?utf-8?q?=2Etxt?="', 'über.txt'],
    ['name=two words.doc', 'two words.doc'],
    ['name="quote\\"d"', 'quote"d'],
    ['name="=?no-such-charset?q?=FC?="', 'ü'],
    ['name="a\0b\x07"', 'ab'],
  ])('reads the file name of %j', (parameter, name) => {
    const raw = Buffer.from(`Content-Type: application/x; ${parameter}\n\nx`);
    expect(scanMessage(raw)[0]?.fileName).toBe(name);
  });
});

describe('planMessage', () => {
  it('[I2] gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(rebuilt(Buffer.from(bytes))?.equals(bytes)).toBe(true);
      }),
    );
  });

  it('[I2] gives back MIME of any shape', () => {
    fc.assert(
      fc.property(mimeMessage, (raw) => {
        expect(rebuilt(raw)?.equals(raw)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('[I2] gives back MIME with bytes changed, cut out and doubled', () => {
    const damage = fc.tuple(mimeMessage, fc.nat(), fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(damage, ([raw, from, length, byte]) => {
        const start = from % (raw.length + 1);
        const end = Math.min(raw.length, start + (length % 40));
        const variants = [
          Buffer.concat([raw.subarray(0, start), raw.subarray(end)]),
          Buffer.concat([raw.subarray(0, end), raw.subarray(start)]),
          Buffer.concat([raw.subarray(0, start), Buffer.from([byte]), raw.subarray(start)]),
        ];
        for (const variant of variants) expect(rebuilt(variant)?.equals(variant)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('[I2] holds no attachment twice, whatever follows its last line', () => {
    const content = Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * 7) % 251));
    const encoded = (content.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');
    for (const tail of ['', '\r\n', '\r\n\r\n', '\r\n-- \r\nlist footer']) {
      const raw = lines('Content-Transfer-Encoding: base64', 'Content-Type: image/png', '', encoded + tail);
      const plan = planMessage(raw);
      expect(plan.parts[0]?.bytes.equals(content)).toBe(true);
      expect(plan.literals.length).toBe(raw.length - encoded.length);
    }
  });
});

describe('part encodings', () => {
  it('[I2] that claim to be exact are, also in their text form', () => {
    const tokens = [
      '=',
      '\n',
      '\r\n',
      '\r',
      '=\n',
      '=\r\n',
      '=3D',
      '=0A',
      '=c3=a9',
      '=C3',
      ' ',
      '\t',
      'a',
      'QUJD',
      'QQ==',
      '\0',
      'b'.repeat(30),
      'é',
    ];
    const encoded = fc.oneof(
      fc.array(fc.constantFrom(...tokens), { maxLength: 80 }).map((list) => Buffer.from(list.join(''))),
      fc.uint8Array({ maxLength: 600 }).map((array) => Buffer.from(array)),
    );
    fc.assert(
      fc.property(encoded, fc.constantFrom('base64', 'quoted-printable', '7bit'), (text, name) => {
        const { bytes, exact } = decodePart(text, name);
        if (!exact) return;
        const again = encodePart(bytes, parseEncoding(formatEncoding(exact.encoding)));
        expect(again.equals(text.subarray(exact.start, exact.end))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['soft breaks of another length', `${'a'.repeat(60)}=\n${'b'.repeat(60)}=\nc`, `${'a'.repeat(60)}${'b'.repeat(60)}c`],
    ['breaks at words', 'some words that=\n go on =\nand on', 'some words that go on and on'],
    ['lower-case digits', 'caf=c3=a9', 'café'],
    ['escaped line ends', 'one=0D=0A=\ntwo', 'one\r\ntwo'],
    ['an = that begins nothing', 'a=b c', 'a=b c'],
    ['a soft break at the very end', 'text=', 'text'],
  ])('decode quoted-printable with %s', (_, encoded, decoded) => {
    const { bytes, exact } = decodePart(Buffer.from(encoded), 'quoted-printable');
    expect(bytes.toString()).toBe(decoded);
    expect(exact).toBeDefined();
  });

  it('decode base64 up to a footer in the clear', () => {
    expect(decodePart(Buffer.from('aGVsbG8h\n-- \nfooter text\n'), 'base64').bytes.toString()).toBe('hello!');
  });

  it.each(['', 'rot13', 'base64', 'base64;76;cr', 'qp;76;lf;upper', 'qp;76;lf;upper;!;'])('refuse the text %j', (text) => {
    expect(() => parseEncoding(text)).toThrow(/unknown part encoding/);
  });
});
