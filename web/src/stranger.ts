// Text that strangers wrote. Control characters and those that turn the direction of writing are made visible.

const hidden = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

export interface Piece {
  text: string;
  hidden: boolean;
}

/** `text` cut where hidden characters stand; these are named by their code point, "U+202E". */
export function pieces(text: string): Piece[] {
  const result: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > end) result.push({ text: text.slice(end, match.index), hidden: false });
    const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    result.push({ text: "U+" + code, hidden: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) result.push({ text: text.slice(end), hidden: false });
  return result;
}
