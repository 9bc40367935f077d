// Which permissions travel. The owner there is another, so no program may act as its owner: set-user-id stays here.

/** Permissions of a file or a folder at the other end; a folder keeps its sticky bit. */
export const modeThere = (kind: 'file' | 'folder' | 'link', mode: number): number => {
  if (kind === 'link') return 0o777;
  return mode & (kind === 'folder' ? 0o1777 : 0o777);
};
