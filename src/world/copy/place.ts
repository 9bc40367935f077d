// Which path of this machine a copy from a node is to have.
import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isName, type Kind } from '../../plans/copy.ts';
import { ownUsage } from '../../pool/failure.ts';
import { shownName } from '../folder/name.ts';
import { here, ownFailure } from './here.ts';
import { pathHere } from './transfer.ts';

/** As many as the system itself follows. */
const MOST_LINKS = 40;

const shown = (path: string): string => shownName(Buffer.from(path));

/** Undefined where nothing is, and where links lead round and round. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') return undefined;
    throw ownFailure(path, error);
  }
}

/** The path without links in its folder, as far as that is there; `..` behind a link is where the system goes. */
function inRealFolder(path: string): string {
  const folder = dirname(path);
  return statOf(folder)
    ? resolve(
        here(folder, () => realpathSync(folder)),
        basename(path),
      )
    : resolve(path);
}

/** What a link means, also where that is still to be made. */
function followed(path: string): string {
  let place = inRealFolder(path);
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const link = place;
    if (!here(link, () => lstatSync(link, { throwIfNoEntry: false }))?.isSymbolicLink()) return place;
    const target = resolve(dirname(link), readlinkSync(link));
    if (!statOf(dirname(target))) break;
    place = inRealFolder(target);
  }
  throw ownUsage(`${shown(path)} is a link that leads nowhere; choose another dest=`);
}

/** Homes of others are known to shells alone, and a folder of that name is nobody's wish. */
function checkHome(dest: string): void {
  if (/^~[^/]/.test(dest) && !statOf(dest))
    throw ownUsage(`whose home ${shown(dest)} means is not known here; write the whole path as dest=`);
}

function askedFor(name: string, dest: string): string {
  const path = pathHere(dest);
  if (statOf(path)?.isDirectory() || path.endsWith('/')) return `${path.replace(/\/+$/, '')}/${name}`;
  if (!isName(basename(path))) throw ownUsage(`there is no folder ${shown(path)} here; choose another dest=`);
  return path;
}

/**
 * As scp does: into a folder that is there, under the copy's name, else under the new name. Throws code 2 where it
 * cannot be written to.
 */
export function placeFor(kind: Kind, name: string, dest: string): string {
  checkHome(dest);
  const place = followed(askedFor(name, dest));
  const stats = statOf(place);
  if (stats && !stats.isDirectory() && !stats.isFile())
    throw ownUsage(`${shown(place)} is neither a file nor a folder; choose another dest=`);
  if (stats && stats.isDirectory() !== (kind === 'folder'))
    throw ownUsage(
      `${shown(place)} is a ${stats.isDirectory() ? 'folder' : 'file'} here, and not on the node; choose another dest=`,
    );
  return place;
}
