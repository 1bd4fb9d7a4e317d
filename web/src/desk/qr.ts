/** Reading a QR code from a picture of the camera; loaded when the camera is opened. */

import jsqr from "jsqr";

const WIDTH = 480;

/** What the QR code says that a camera sees now; nothing if it sees none. */
export function read(video: HTMLVideoElement, canvas: HTMLCanvasElement): string | undefined {
  if (!video.videoWidth) return undefined;
  const width = Math.min(WIDTH, video.videoWidth);
  const height = Math.round((video.videoHeight * width) / video.videoWidth);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const paper = canvas.getContext("2d", { willReadFrequently: true })!;
  paper.drawImage(video, 0, 0, width, height);
  const { data } = paper.getImageData(0, 0, width, height);
  return jsqr.default(data, width, height, { inversionAttempts: "dontInvert" })?.data || undefined;
}
