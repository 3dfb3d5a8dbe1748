import { describe, expect, it } from 'vitest';
import {
  activeLogin,
  beginRotation,
  endRotation,
  type KeptSecrets,
  leftLogin,
  parseSecrets,
  phaseOf,
  renderSecrets,
  switchOver,
} from './secrets.ts';

const first: KeptSecrets = { passwords: { plinth_app: 'one', plinth_migrator: 'other' }, active: {}, rotating: {} };
const inUse = (kept: KeptSecrets) => kept.passwords[activeLogin(kept, 'plinth_app')];

describe('[I21] a rotation', () => {
  const made = beginRotation(first, 'plinth_app', 'two');
  const switched = switchOver(made, 'plinth_app');
  const ended = endRotation(switched, 'plinth_app');

  it('keeps both passwords until it has ended, and one after', () => {
    expect([first, made, switched, ended].map((kept) => phaseOf(kept, 'plinth_app'))).toEqual(['none', 'making', 'leaving', 'none']);
    expect([made, switched, ended].map(inUse)).toEqual(['one', 'two', 'two']);
    expect(made.passwords).toEqual({ plinth_app: 'one', plinth_app_alternate: 'two', plinth_migrator: 'other' });
    expect(ended.passwords).toEqual({ plinth_app_alternate: 'two', plinth_migrator: 'other' });
    expect(leftLogin(switched, 'plinth_app')).toBe('plinth_app');
  });

  it('goes back to the first login the next time', () => {
    const again = switchOver(beginRotation(ended, 'plinth_app', 'three'), 'plinth_app');
    expect([activeLogin(again, 'plinth_app'), leftLogin(again, 'plinth_app')]).toEqual(['plinth_app', 'plinth_app_alternate']);
    expect(endRotation(again, 'plinth_app')).toEqual({ ...first, passwords: { plinth_app: 'three', plinth_migrator: 'other' } });
  });

  it('that was begun goes on with its password', () => {
    expect(beginRotation(made, 'plinth_app', 'other')).toBe(made);
    expect(beginRotation(switched, 'plinth_app', 'other')).toBe(switched);
    expect(endRotation(made, 'plinth_app')).toBe(made);
  });

  it('leaves the other service alone', () => {
    const both = beginRotation(made, 'plinth_migrator', 'new');
    expect([phaseOf(both, 'plinth_app'), phaseOf(both, 'plinth_migrator')]).toEqual(['making', 'making']);
    expect(endRotation(switchOver(both, 'plinth_app'), 'plinth_app').rotating).toEqual({ plinth_migrator: 'plinth_migrator_alternate' });
  });

  it('is read as it was written, and from files of before there was one', () => {
    for (const kept of [first, made, switched, ended]) expect(parseSecrets(renderSecrets(kept))).toEqual(kept);
    expect(parseSecrets('{"plinth_app": "one", "plinth_migrator": "other"}')).toEqual(first);
    expect([parseSecrets('{"plinth_app": '), parseSecrets('3')]).toEqual([undefined, undefined]);
  });
});
