// What is in a bucket, in memory: made by applying one record after the other, never by reading object files.
import { compareKeys, firstWhere } from './order.ts';

/** One file below the bucket's `blobs`; its name is ours, whatever the key. */
export interface Blob {
  readonly name: string;
  readonly size: number;
}

export interface Checksum {
  /** As headers name it: `crc32`, `sha256`, … */
  readonly algorithm: string;
  /** Base64, with `-N` behind it where it was made of those of N parts. */
  readonly value: string;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What the client says of an object and gets back with it. */
export interface About {
  /** By header: content-type, cache-control, x-amz-meta-*, … */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
}

export interface Version extends About {
  /** `null` where the bucket keeps no versions. */
  readonly id: string;
  /** It says that the key was deleted. */
  readonly isMarker: boolean;
  readonly modified: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum: Checksum | undefined;
  /** In order; more than one where the object was put together from parts. */
  readonly blobs: readonly Blob[];
}

export interface Part {
  readonly number: number;
  readonly blob: Blob;
  readonly etag: string;
  readonly modified: string;
  readonly checksum: Checksum | undefined;
}

export interface Upload extends About {
  readonly id: string;
  readonly key: string;
  readonly initiated: string;
  readonly algorithm: string | undefined;
  readonly isComposite: boolean;
  readonly parts: Map<number, Part>;
}

export type Versioning = 'Enabled' | 'Suspended';

/** One change of a bucket: a line of its log. */
export type Entry =
  | { readonly do: 'bucket'; readonly region: string; readonly created: string }
  | { readonly do: 'versioning'; readonly status: Versioning }
  /** `upload` was put together into it, and ends. */
  | { readonly do: 'put'; readonly key: string; readonly version: Version; readonly upload?: string }
  | { readonly do: 'remove'; readonly key: string; readonly id: string }
  | { readonly do: 'tag'; readonly key: string; readonly id: string; readonly tags: readonly Tag[] }
  | { readonly do: 'upload'; readonly upload: Omit<Upload, 'parts'> }
  | { readonly do: 'part'; readonly upload: string; readonly part: Part }
  | { readonly do: 'abort'; readonly upload: string };

const blobsOf = (upload: Upload): Blob[] => [...upload.parts.values()].map(({ blob }) => blob);

export class Contents {
  region = 'us-east-1';
  created = '1970-01-01T00:00:00.000Z';
  versioning: Versioning | undefined;
  /** Sorted; each has at least one version. */
  readonly keys: string[] = [];
  /** Newest first. */
  readonly #versions = new Map<string, readonly Version[]>();
  readonly uploads = new Map<string, Upload>();

  /** All that is kept of a key, newest first. */
  versions(key: string): readonly Version[] {
    return this.#versions.get(key) ?? [];
  }

  /** The newest version, a delete marker too. */
  newest(key: string): Version | undefined {
    return this.#versions.get(key)?.[0];
  }

  #set(key: string, versions: readonly Version[]): void {
    const isKnown = this.#versions.has(key);
    if (isKnown === versions.length > 0) {
      if (isKnown) this.#versions.set(key, versions);
      return;
    }
    const place = firstWhere(this.keys, (other) => compareKeys(other, key) >= 0);
    if (isKnown) this.#versions.delete(key);
    else this.#versions.set(key, versions);
    this.keys.splice(place, isKnown ? 1 : 0, ...(isKnown ? [] : [key]));
  }

  #drop(key: string, id: string): readonly Blob[] {
    const before = this.versions(key);
    this.#set(
      key,
      before.filter((version) => version.id !== id),
    );
    return before.filter((version) => version.id === id).flatMap(({ blobs }) => blobs);
  }

  #put({ key, version, upload }: Extract<Entry, { do: 'put' }>): readonly Blob[] {
    const before = this.versions(key);
    const replaced = before.filter(({ id }) => id === version.id).flatMap(({ blobs }) => blobs);
    this.#set(key, [version, ...before.filter(({ id }) => id !== version.id)]);
    const kept = new Set(version.blobs.map(({ name }) => name));
    const left = upload === undefined ? [] : this.#end(upload).filter(({ name }) => !kept.has(name));
    return [...replaced, ...left];
  }

  #end(id: string): readonly Blob[] {
    const upload = this.uploads.get(id);
    this.uploads.delete(id);
    return upload === undefined ? [] : blobsOf(upload);
  }

  #part({ upload: id, part }: Extract<Entry, { do: 'part' }>): readonly Blob[] {
    const upload = this.uploads.get(id);
    if (upload === undefined) return [part.blob];
    const before = upload.parts.get(part.number);
    upload.parts.set(part.number, part);
    return before === undefined ? [] : [before.blob];
  }

  #retag({ key, id, tags }: Extract<Entry, { do: 'tag' }>): void {
    const changed = this.versions(key).map((one) => (one.id === id ? { ...one, tags } : one));
    this.#set(key, changed);
  }

  /** Applies a change; gives the blobs that nobody needs any more. */
  apply(entry: Entry): readonly Blob[] {
    if (entry.do === 'put') return this.#put(entry);
    if (entry.do === 'remove') return this.#drop(entry.key, entry.id);
    if (entry.do === 'part') return this.#part(entry);
    if (entry.do === 'abort') return this.#end(entry.upload);
    if (entry.do === 'upload') this.uploads.set(entry.upload.id, { ...entry.upload, parts: new Map() });
    else if (entry.do === 'tag') this.#retag(entry);
    else if (entry.do === 'versioning') this.versioning = entry.status;
    else if (entry.do === 'bucket') Object.assign(this, { region: entry.region, created: entry.created });
    return [];
  }

  /** The shortest log that leads here. */
  *entries(): Generator<Entry> {
    yield { do: 'bucket', region: this.region, created: this.created };
    if (this.versioning) yield { do: 'versioning', status: this.versioning };
    for (const key of this.keys)
      for (const version of this.versions(key).toReversed()) yield { do: 'put', key, version };
    for (const { parts, ...upload } of this.uploads.values()) {
      yield { do: 'upload', upload };
      for (const part of parts.values()) yield { do: 'part', upload: upload.id, part };
    }
  }

  /** All blobs that are in use. */
  blobs(): Blob[] {
    const uploads = [...this.uploads.values()].flatMap(blobsOf);
    const objects = this.keys.flatMap((key) => this.versions(key).flatMap(({ blobs }) => blobs));
    return [...objects, ...uploads];
  }
}
