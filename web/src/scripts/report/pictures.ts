/** Makes photos small on the telephone, so that they pass a weak network. What is written anew holds no place and no time. */

/** As large as the server keeps them. */
const LONGEST = 1600;
const QUALITY = 0.82;

/** The photo, upright and small; the file itself where this browser cannot read it, and the server then says why. */
export async function shrink(file: File, name: string): Promise<File> {
  try {
    const canvas = await draw(file);
    return await written(canvas, name);
  } catch {
    return file;
  }
}

/** Draws a photo at the size in which it is sent. Browsers turn it upright by themselves. */
export async function draw(file: Blob): Promise<HTMLCanvasElement> {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    // JPEG knows nothing transparent.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** What the canvas shows, as a file. */
export function written(canvas: HTMLCanvasElement, name: string): Promise<File> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(new File([blob], name, { type: 'image/jpeg' })) : reject(new Error('no picture'))),
      'image/jpeg',
      QUALITY,
    );
  });
}
