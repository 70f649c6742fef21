// PNGs that no package carries: every bit depth and colour type, interlaced ones, 16 bits, animations, ancillary chunks, and broken
// files of the sorts that PngSuite's `x` files show.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "./deflate.mjs";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const ADAM7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

export function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function u32(...values) {
  const out = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => out.writeUInt32BE(value, at * 4));
  return out;
}

/** A sample that differs from its neighbours and uses all bits. */
function sample(x, y, channel, depth, seed) {
  const wave = (x * 2654435761 + y * 40503 * (channel + 1) + seed * 97 + ((x * y) << channel)) >>> 0;
  return depth === 16 ? (wave >>> 8) & 0xffff : (wave >>> 11) & ((1 << depth) - 1);
}

function scanlines({ width, height, type, depth, interlaced, seed = 0 }) {
  const passes = interlaced ? ADAM7 : [[0, 0, 1, 1]];
  const lines = [];
  for (const [x0, y0, dx, dy] of passes) {
    for (let y = y0; y < height; y += dy) {
      const bits = [];
      for (let x = x0; x < width; x += dx) {
        for (let channel = 0; channel < SAMPLES[type]; channel += 1) {
          const value = sample(x, y, channel, depth, seed);
          for (let bit = depth - 1; bit >= 0; bit -= 1) bits.push((value >>> bit) & 1);
        }
      }
      if (bits.length === 0) continue;
      const line = Buffer.alloc(1 + Math.ceil(bits.length / 8));
      bits.forEach((bit, at) => (line[1 + (at >> 3)] |= bit << (7 - (at & 7))));
      lines.push(line);
    }
  }
  return deflateSync(Buffer.concat(lines), { level: 1 });
}

function header({ width, height, type, depth, interlaced }) {
  return chunk("IHDR", Buffer.concat([u32(width, height), Buffer.from([depth, type, 0, 0, interlaced ? 1 : 0])]));
}

function palette({ type, depth }) {
  if (type !== 3) return Buffer.alloc(0);
  const colors = Array.from({ length: 1 << depth }, (_, at) => [(at * 53) & 255, (at * 101 + 7) & 255, (at * 29) & 255]).flat();
  return chunk("PLTE", Buffer.from(colors));
}

function png(image, before = []) {
  return Buffer.concat([SIGNATURE, header(image), ...before, palette(image), chunk("IDAT", scanlines(image)), chunk("IEND", Buffer.alloc(0))]);
}

/** Three frames, the second smaller than the canvas. */
function animation() {
  const image = { width: 24, height: 16, type: 6, depth: 8 };
  const small = { ...image, width: 8, height: 6, seed: 9 };
  const control = (sequence, { width, height }, x, y) =>
    chunk("fcTL", Buffer.concat([u32(sequence, width, height, x, y), Buffer.from([0, 10, 0, 100, 0, 0])]));
  return Buffer.concat([
    SIGNATURE,
    header(image),
    chunk("acTL", u32(3, 0)),
    control(0, image, 0, 0),
    chunk("IDAT", scanlines(image)),
    control(1, small, 4, 5),
    chunk("fdAT", Buffer.concat([u32(2), scanlines(small)])),
    control(3, image, 0, 0),
    chunk("fdAT", Buffer.concat([u32(4), scanlines({ ...image, seed: 3 })])),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Changes one byte of the header chunk and gives it a right checksum again. */
function withHeaderByte(bytes, at, value) {
  const out = Buffer.from(bytes);
  out[16 + at] = value;
  out.writeUInt32BE(crc32(out.subarray(12, 29)), 29);
  return out;
}

function withByte(bytes, at, value) {
  const out = Buffer.from(bytes);
  out[at] = value;
  return out;
}

/** The position of the first chunk of this type: of its length field. */
function findChunk(bytes, type) {
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString("latin1", at + 4, at + 8) === type) return at;
  }
  throw new Error(`no ${type}`);
}

/** Pairs of name and bytes, below `good/` and `broken/`. */
export function pngSamples(packages) {
  const files = [];
  const depths = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };
  for (const [type, list] of Object.entries(depths)) {
    for (const depth of list) {
      for (const interlaced of [false, true]) {
        const image = { width: 33, height: 19, type: Number(type), depth, interlaced };
        files.push([`good/type${type}-depth${depth}${interlaced ? "-interlaced" : ""}.png`, png(image)]);
      }
    }
  }
  const plain = { width: 32, height: 32, type: 2, depth: 8 };
  files.push(["good/gamma.png", png(plain, [chunk("gAMA", u32(100000))])]);
  files.push(["good/gamma-16-bit.png", png({ ...plain, depth: 16 }, [chunk("gAMA", u32(35000))])]);
  files.push(["good/chromaticities.png", png(plain, [chunk("gAMA", u32(45455)), chunk("cHRM", u32(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000))])]);
  files.push(["good/srgb.png", png(plain, [chunk("sRGB", Buffer.from([0]))])]);
  files.push(["good/text.png", png(plain, [chunk("tEXt", Buffer.from("Comment\0made for a test", "latin1"))])]);
  files.push(["good/one-color-transparent.png", png(plain, [chunk("tRNS", Buffer.from([0, 1, 0, 2, 0, 3]))])]);
  files.push(["good/one-pixel.png", png({ width: 1, height: 1, type: 6, depth: 16 })]);
  files.push(["good/animated.png", animation()]);
  files.push(["good/extension.apng", animation()]);

  const suite = join(packages, "pngjs-suite/examples/test/img");
  const gray = readFileSync(join(suite, "basn0g08.png"));
  const color = readFileSync(join(suite, "basn2c08.png"));
  const data = findChunk(color, "IDAT");
  const length = color.readUInt32BE(data);
  const lines = (text) => Buffer.from(text, "latin1");
  files.push(
    ["broken/signature-high-bit.png", withByte(color, 0, 0x09)],
    ["broken/signature-second-byte.png", withByte(color, 1, 0x70)],
    ["broken/signature-missing.png", color.subarray(8)],
    ["broken/newlines-to-crlf.png", lines(color.toString("latin1").replace(/\n/g, "\r\n"))],
    ["broken/crlf-to-newlines.png", lines(color.toString("latin1").replace(/\r\n/g, "\n"))],
    ["broken/header-checksum.png", withByte(color, 29, color[29] ^ 0xff)],
    ["broken/data-checksum.png", withByte(color, data + 8 + length, color[data + 8 + length] ^ 0xff)],
    ["broken/data-flipped.png", withByte(color, data + 8 + (length >> 1), color[data + 8 + (length >> 1)] ^ 0x10)],
    ["broken/data-missing.png", Buffer.concat([color.subarray(0, data), color.subarray(data + 12 + length)])],
    ["broken/color-type-1.png", withHeaderByte(gray, 9, 1)],
    ["broken/color-type-9.png", withHeaderByte(color, 9, 9)],
    ["broken/depth-0.png", withHeaderByte(color, 8, 0)],
    ["broken/depth-3.png", withHeaderByte(color, 8, 3)],
    ["broken/depth-99.png", withHeaderByte(color, 8, 99)],
    ["broken/width-0.png", withHeaderByte(withHeaderByte(color, 3, 0), 2, 0)],
    ["broken/width-huge.png", withHeaderByte(color, 0, 0x7f)],
    ["broken/truncated-in-data.png", color.subarray(0, data + 8 + (length >> 1))],
    ["broken/truncated-in-header.png", color.subarray(0, 20)],
    ["broken/end-missing.png", color.subarray(0, color.length - 12)],
    ["broken/trailing-bytes.png", Buffer.concat([color, Buffer.from("after the end")])],
    ["broken/empty.png", Buffer.alloc(0)],
    ["broken/a-page.png", Buffer.from("<!doctype html><title>Not found</title>")],
  );
  return files;
}
