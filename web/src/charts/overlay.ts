/** A canvas above the chart's, for what moves with the pointer or the clock: redrawing it leaves the chart alone. */
export class Overlay {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  width = 0;
  height = 0;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser has no 2d canvas');
    this.canvas = canvas;
    this.context = context;
  }

  /** Empties it, and fits it to the frame first if that has changed. */
  begin(width: number, height: number, pixelRatio: number): CanvasRenderingContext2D {
    const deviceWidth = Math.round(width * pixelRatio);
    const deviceHeight = Math.round(height * pixelRatio);
    if (this.canvas.width !== deviceWidth || this.canvas.height !== deviceHeight) {
      this.canvas.width = deviceWidth;
      this.canvas.height = deviceHeight;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    this.width = width;
    this.height = height;
    this.context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    this.context.clearRect(0, 0, width, height);
    return this.context;
  }
}

/** A one-pixel line that falls on a pixel. */
export function strokeLine(
  context: CanvasRenderingContext2D,
  from: readonly [number, number],
  to: readonly [number, number],
  colour: string,
  dash: readonly number[] = [],
): void {
  context.save();
  context.beginPath();
  context.setLineDash([...dash]);
  context.lineWidth = 1;
  context.strokeStyle = colour;
  context.moveTo(Math.round(from[0]) + 0.5, Math.round(from[1]) + 0.5);
  context.lineTo(Math.round(to[0]) + 0.5, Math.round(to[1]) + 0.5);
  context.stroke();
  context.restore();
}

export interface Tag {
  readonly left: number;
  /** Its middle. */
  readonly y: number;
  readonly width: number;
  readonly lines: readonly { readonly text: string; readonly font: string }[];
  readonly fill: string;
  readonly colour: string;
  readonly align?: 'left' | 'center';
}

const TAG_LINE_HEIGHT = 15;

/** A filled label at an axis. It stays between `top` and `bottom`. */
export function drawTag(context: CanvasRenderingContext2D, tag: Tag, bottom: number): void {
  const height = tag.lines.length * TAG_LINE_HEIGHT + 5;
  const top = Math.min(Math.max(0, tag.y - height / 2), bottom - height);
  context.save();
  context.fillStyle = tag.fill;
  context.beginPath();
  context.roundRect(tag.left, Math.round(top), tag.width, height, 3);
  context.fill();
  context.fillStyle = tag.colour;
  context.textBaseline = 'middle';
  context.textAlign = tag.align ?? 'left';
  const x = tag.align === 'center' ? tag.left + tag.width / 2 : tag.left + 8;
  for (const [index, { text, font }] of tag.lines.entries()) {
    context.font = font;
    context.fillText(text, x, Math.round(top) + 2.5 + (index + 0.5) * TAG_LINE_HEIGHT + 0.5);
  }
  context.restore();
}
