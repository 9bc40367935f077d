// The commands that are measured.
import { fileURLToPath } from 'node:url';

const bin = (name) => fileURLToPath(new URL(`../../bin/${name}`, import.meta.url));

/** Nothing at all, in Node: what every command of ours must pay at least. */
export const nothing = [process.execPath, '-e', '0'];

export const pool = (...words) => [process.execPath, bin('pool'), ...words];

export const instance = (...words) => [process.execPath, bin('instance'), ...words];

/** Debian's awscli; a machine may have other programs of that name earlier in its PATH. */
export const aws = (...words) => ['/usr/bin/aws', ...words];

export const settings = fileURLToPath(new URL('../../examples/hello/pool.yml', import.meta.url));
