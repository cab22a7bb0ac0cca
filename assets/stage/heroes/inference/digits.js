/** Thumbnails of the digits, drawn once in the page's ink. */

const SIDE = 28;

export class Digits {
  /** @param {Uint8Array[]} pictures 28 x 28 values from 0 to 15 each */
  constructor(pictures) {
    this.pictures = pictures;
    this.ink = "";
    /** @type {string[]} */
    this.made = [];
  }

  /** The address of a picture. @param {number} digit @param {string} ink a color @returns {string} */
  image(digit, ink) {
    if (ink !== this.ink) {
      this.ink = ink;
      this.made = [];
    }
    return (this.made[digit] ??= this.draw(this.pictures[digit]));
  }

  /** @param {Uint8Array} pixels */
  draw(pixels) {
    const canvas = document.createElement("canvas");
    canvas.width = SIDE;
    canvas.height = SIDE;
    const context = canvas.getContext("2d");
    if (!context) return "";
    context.fillStyle = this.ink;
    pixels.forEach((value, place) => {
      context.globalAlpha = value / 15;
      if (value) context.fillRect(place % SIDE, Math.floor(place / SIDE), 1, 1);
    });
    return canvas.toDataURL();
  }
}
