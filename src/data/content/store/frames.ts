import { crc32 } from 'node:zlib';
import { messageOf } from '../../../kernel/index.ts';
import { type Codec, codecById } from '../codecs/index.ts';

/** A piece of a blob as it is stored. */
export interface Frame {
  readonly number: number;
  readonly rawBytes: number;
  /** Of the stored bytes, signed, as the column is. */
  readonly crc32: number;
  readonly algorithmId: number;
  readonly bytes: Buffer;
}

export const maxFrameBytes = 8 * 1024 * 1024;
/** Below, a header of the codec eats what it saves and half of all mail bodies would pay its time for nothing. */
const minCompressedBytes = 1_024;
/** A frame that stays larger than this share is stored as it is: reading it then costs nothing. */
const worthwhileShare = 0.8;
/** Up to here a codec takes less time than a trip to a worker thread and back. */
const maxSyncBytes = 256 * 1024;

/** Cuts bytes into frames and encodes each one, if that pays. No bytes, no frames. */
export async function encodeFrames(raw: Buffer, codec: Codec): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (let start = 0; start < raw.length; start += maxFrameBytes) {
    frames.push(await encodeFrame(raw.subarray(start, start + maxFrameBytes), frames.length, codec));
  }
  return frames;
}

export async function encodeFrame(raw: Buffer, number: number, codec: Codec): Promise<Frame> {
  const encoded = raw.length < minCompressedBytes ? raw : raw.length <= maxSyncBytes ? codec.encode(raw) : await codec.encodeAsync(raw);
  const pays = encoded.length <= raw.length * worthwhileShare;
  const bytes = pays ? encoded : raw;
  return { number, rawBytes: raw.length, crc32: crc32(bytes) | 0, algorithmId: pays ? codec.id : 0, bytes };
}

/** Why a frame gives no bytes. */
export type FrameFailure = { readonly kind: 'damaged'; readonly reason: string } | { readonly kind: 'unknown algorithm' };

/** The raw bytes of a frame, or why there are none; never other bytes than those that were encoded. */
export async function decodeFrame(frame: Frame): Promise<Buffer | FrameFailure> {
  if ((crc32(frame.bytes) | 0) !== frame.crc32) return { kind: 'damaged', reason: 'its CRC-32 does not fit' };
  const codec = codecById(frame.algorithmId);
  if (!codec) return { kind: 'unknown algorithm' };
  try {
    return frame.rawBytes <= maxSyncBytes
      ? codec.decode(frame.bytes, frame.rawBytes)
      : await codec.decodeAsync(frame.bytes, frame.rawBytes);
  } catch (error) {
    return { kind: 'damaged', reason: `${codec.name}: ${messageOf(error)}` };
  }
}
