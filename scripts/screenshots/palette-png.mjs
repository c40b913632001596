// A picture of a page has few colours: with a palette of 256 a PNG is a third of its size and looks the same.
import { crc32, deflateSync } from 'node:zlib';

const MAX_COLOURS = 256;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Chromium decodes the picture; `page` is any page that may run scripts of ours. */
export async function toPalettePng(page, png) {
  const { width, height, pixels } = await page.evaluate(decode, png.toString('base64'));
  const rgba = Buffer.from(pixels, 'base64');
  const { palette, indexOf } = quantize(rgba);
  // Each line begins with the number of its filter: none.
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) lines[y * (width + 1) + x + 1] = indexOf(rgba, (y * width + x) * 4);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, by palette.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

async function decode(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const drawing = canvas.getContext('2d');
  drawing.drawImage(bitmap, 0, 0);
  const { data } = drawing.getImageData(0, 0, bitmap.width, bitmap.height);
  let text = '';
  for (let start = 0; start < data.length; start += 32_768) {
    text += String.fromCharCode(...data.subarray(start, start + 32_768));
  }
  return { width: bitmap.width, height: bitmap.height, pixels: btoa(text) };
}

/** The commonest colours as they are; each of the others becomes the nearest of those. */
function quantize(rgba) {
  const counts = new Map();
  for (let at = 0; at < rgba.length; at += 4) {
    const colour = rgba.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const kept = [...counts].sort(([, one], [, other]) => other - one).slice(0, MAX_COLOURS);
  const colours = kept.map(([colour]) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  const known = new Map(kept.map(([colour], index) => [colour, index]));
  const nearest = (colour) => {
    let best = 0;
    let bestDistance = Infinity;
    for (const [index, [red, green, blue]] of colours.entries()) {
      const distance =
        (red - (colour >> 16)) ** 2 + (green - ((colour >> 8) & 255)) ** 2 + (blue - (colour & 255)) ** 2;
      if (distance < bestDistance) [best, bestDistance] = [index, distance];
    }
    known.set(colour, best);
    return best;
  };
  const indexOf = (buffer, at) => {
    const colour = buffer.readUIntBE(at, 3);
    return known.get(colour) ?? nearest(colour);
  };
  return { palette: Buffer.from(colours.flat()), indexOf };
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}
