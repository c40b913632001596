/** A block of commands of a document. */
export interface Block {
  /** Which terminal it is typed at. */
  readonly terminal: string;
  readonly command: string;
}

/** The blocks that a comment `<!-- walk: terminal -->` stands before. */
export function readWalk(markdown: string): Block[] {
  const blocks = markdown.matchAll(/<!-- walk: (\S+) -->\n```sh\n([^]*?)\n```/g);
  return [...blocks].map(([, terminal = '', command = '']) => ({ terminal, command }));
}
