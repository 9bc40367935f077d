// Which action a request asks for: by its method, by what its path names, and by the words of its query.
import type { Action } from './actions/action.ts';
import * as buckets from './actions/buckets.ts';
import { copyObject } from './actions/copy.ts';
import { deleteObject, deleteObjects } from './actions/delete.ts';
import { getObject, headObject } from './actions/get.ts';
import { listObjects, listObjectsV2 } from './actions/list.ts';
import { listObjectVersions } from './actions/list-versions.ts';
import * as parts from './actions/multipart.ts';
import { listMultipartUploads, listParts } from './actions/multipart-lists.ts';
import { putObject } from './actions/put.ts';
import * as tagging from './actions/tagging.ts';
import { uploadPart, uploadPartCopy } from './actions/upload-part.ts';
import { S3Error } from './errors.ts';
import type { Place } from './place.ts';

interface Route {
  readonly action: Action;
  /** A word that the query must have. */
  readonly query?: string;
  readonly header?: string;
}

/** In the order in which they are tried. */
const ROUTES: Readonly<Record<string, readonly Route[]>> = {
  'GET service': [{ action: buckets.listBuckets }],
  'GET bucket': [
    { action: buckets.getBucketLocation, query: 'location' },
    { action: buckets.getBucketVersioning, query: 'versioning' },
    { action: listObjectVersions, query: 'versions' },
    { action: listMultipartUploads, query: 'uploads' },
    { action: listObjectsV2, query: 'list-type' },
    { action: listObjects },
  ],
  'HEAD bucket': [{ action: buckets.headBucket }],
  'PUT bucket': [
    { action: buckets.putBucketVersioning, query: 'versioning' },
    { action: buckets.createBucket },
  ],
  'DELETE bucket': [{ action: buckets.deleteBucket }],
  'POST bucket': [{ action: deleteObjects, query: 'delete' }],
  'GET object': [
    { action: listParts, query: 'uploadId' },
    { action: tagging.getObjectTagging, query: 'tagging' },
    { action: getObject },
  ],
  'HEAD object': [{ action: headObject }],
  'PUT object': [
    { action: uploadPartCopy, query: 'uploadId', header: 'x-amz-copy-source' },
    { action: uploadPart, query: 'uploadId' },
    { action: tagging.putObjectTagging, query: 'tagging' },
    { action: copyObject, header: 'x-amz-copy-source' },
    { action: putObject },
  ],
  'POST object': [
    { action: parts.createMultipartUpload, query: 'uploads' },
    { action: parts.completeMultipartUpload, query: 'uploadId' },
  ],
  'DELETE object': [
    { action: parts.abortMultipartUpload, query: 'uploadId' },
    { action: tagging.deleteObjectTagging, query: 'tagging' },
    { action: deleteObject },
  ],
};

/** Words that ask for something else than what they are added to; those that have an action stand above, too. */
const SUBRESOURCES = new Set(
  `abac accelerate acl analytics annotation attributes cors delete encryption intelligent-tiering inventory legal-hold
  lifecycle location logging metadataConfiguration metadataTable metrics notification object-lock ownershipControls
  partNumber policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select
  session tagging torrent uploadId uploads versioning versions website`.split(/\s+/),
);
/** These go with others, or with none (GetObject of one part). */
const COMPANIONS = new Set(['partNumber']);

function levelOf({ bucket, key }: Place): string {
  if (bucket === undefined) return 'service';
  return key === undefined ? 'bucket' : 'object';
}

const fits = ({ query, header }: Route, place: Place, headers: object): boolean =>
  (query === undefined || place.query.has(query)) && (header === undefined || Object.hasOwn(headers, header));

/** Throws MethodNotAllowed or NotImplemented. */
export function routeOf(method: string, place: Place, headers: object): Action {
  const name = `${method} ${levelOf(place)}`;
  const routes = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  const route = routes?.find((one) => fits(one, place, headers));
  if (!route) throw new S3Error('MethodNotAllowed');
  const left = [...place.query.keys()].find(
    (word) => SUBRESOURCES.has(word) && !COMPANIONS.has(word) && word !== route.query,
  );
  if (left !== undefined) throw new S3Error('NotImplemented', `The local cloud has no ${left} in S3`);
  return route.action;
}

/** All actions there are, for the documentation. */
export const actions = (): Action[] => [
  ...new Set(
    Object.values(ROUTES)
      .flat()
      .map(({ action }) => action),
  ),
];
