/** S3: which operation a request is, and to whom it goes. */
import type { DeclaredResource } from '../declared-resource.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import { addressOf } from './address.ts';
import { type Bucket, bucketOf, notifyingBucketOf } from './buckets.ts';
import { S3Context } from './context.ts';
import { isForm, postObject } from './form-upload.ts';
import { listBuckets, listObjects, listObjectVersions } from './listing.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listParts,
  uploadPart,
  uploadPartCopy,
} from './multipart-upload.ts';
import {
  copyObject,
  deleteObject,
  deleteObjects,
  getObject,
  type ObjectRequest,
  putObject,
} from './objects.ts';
import type { S3Ports } from './ports.ts';
import { presignedSignature, readAmzDate, readCredentialScope, sameSignature } from './signature.ts';
import { element, xmlDocument } from './xml.ts';

type BucketOperation = (s3: S3Context, request: ServiceRequest, bucket: Bucket) => Answer;
type ObjectOperation = (s3: S3Context, object: ObjectRequest) => Answer;
type Answer = ServiceResponse | Promise<ServiceResponse>;

const bucketOperations: Readonly<Record<string, BucketOperation>> = {
  DeleteObjects: deleteObjects,
  GetBucketLocation: getBucketLocation,
  GetBucketVersioning: getBucketVersioning,
  HeadBucket: headBucket,
  ListObjectsV2: listObjects,
  ListObjectVersions: listObjectVersions,
  PostObject: postObject,
};

const objectOperations: Readonly<Record<string, ObjectOperation>> = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateMultipartUpload: createMultipartUpload,
  DeleteObject: deleteObject,
  GetObject: getObject,
  HeadObject: getObject,
  ListParts: listParts,
  PutObject: putObject,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
};

/** Query parameters that make a request another operation, with the noun in that operation's name. */
const subresources: Readonly<Record<string, string>> = {
  accelerate: 'AccelerateConfiguration',
  acl: 'Acl',
  analytics: 'AnalyticsConfiguration',
  attributes: 'Attributes',
  cors: 'Cors',
  encryption: 'Encryption',
  'intelligent-tiering': 'IntelligentTieringConfiguration',
  inventory: 'InventoryConfiguration',
  'legal-hold': 'LegalHold',
  lifecycle: 'LifecycleConfiguration',
  logging: 'Logging',
  metrics: 'MetricsConfiguration',
  notification: 'NotificationConfiguration',
  'object-lock': 'LockConfiguration',
  ownershipControls: 'OwnershipControls',
  policy: 'Policy',
  policyStatus: 'PolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'Replication',
  requestPayment: 'RequestPayment',
  restore: 'Restore',
  retention: 'Retention',
  select: 'SelectContent',
  tagging: 'Tagging',
  torrent: 'Torrent',
  website: 'Website',
};

/** S3 over files and SQLite; see README.md. */
export class S3Service implements Service {
  readonly signingName = 's3';
  readonly errorFormat = 'xml';
  readonly operations: readonly string[] = [
    'ListBuckets',
    ...Object.keys(bucketOperations),
    ...Object.keys(objectOperations),
  ].sort();
  readonly #s3: S3Context;

  constructor(ports: S3Ports) {
    this.#s3 = new S3Context(ports);
  }

  /**
   * Makes the assembly's buckets known; resources of other types are passed over (bucket policies are IAM's).
   * @throws UnsupportedFeature for a setting not known here
   */
  define(resources: readonly DeclaredResource[]): void {
    for (const resource of resources) {
      if (resource.type !== 'AWS::S3::Bucket') continue;
      const bucket = bucketOf(resource);
      this.#s3.buckets.set(bucket.name, bucket);
    }
    for (const resource of resources) {
      if (resource.type !== 'Custom::S3BucketNotifications') continue;
      const bucket = this.#s3.bucket(notifyingBucketOf(resource));
      this.#s3.buckets.set(bucket.name, { ...bucket, events: true });
    }
  }

  /** Clears up after a kill and announces what it left unannounced. Call once, when EventBridge's rules are defined. */
  resume(): void {
    this.#s3.store.sweep();
    this.#s3.announce();
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    this.#checkPresigned(request);
    const address = addressOf(request.headers.host ?? '', request.path);
    const operation = operationOf(request, address.bucket !== undefined, address.key !== undefined);
    this.#s3.ports.meter?.count('s3', operation);
    if (operation === 'ListBuckets') return listBuckets(this.#s3, request);
    const bucketOperation = bucketOperations[operation];
    const objectOperation = objectOperations[operation];
    if (!bucketOperation && !objectOperation) {
      throw new AwsError('NotImplemented', `The embedded cloud's S3 does not implement ${operation}.`, 501);
    }
    const bucket = this.#s3.bucket(address.bucket ?? '');
    if (bucketOperation) return await bucketOperation(this.#s3, request, bucket);
    if (objectOperation && address.key !== undefined) {
      return await objectOperation(this.#s3, { request, bucket, key: address.key });
    }
    throw new AwsError('InvalidRequest', `${operation} needs a key.`);
  }

  /** A presigned URL is good until it expires, by the cloud's clock, and only as it was signed. */
  #checkPresigned(request: ServiceRequest): void {
    const signature = request.query.get('X-Amz-Signature');
    if (signature === null) return;
    const signed = readAmzDate(request.query.get('X-Amz-Date') ?? '');
    const seconds = Number(request.query.get('X-Amz-Expires'));
    const scope = readCredentialScope(request.query.get('X-Amz-Credential') ?? '');
    if (!scope || Number.isNaN(signed) || !(seconds >= 1 && seconds <= 604_800)) {
      throw new AwsError(
        'AuthorizationQueryParametersError',
        'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
      );
    }
    if (this.#s3.ports.clock.now() > signed + seconds * 1000) {
      throw new AwsError('AccessDenied', 'Request has expired', 403);
    }
    const secret = this.#s3.ports.credential(scope.accessKeyId)?.secret;
    if (secret !== undefined && !sameSignature(presignedSignature(secret, scope, request), signature)) {
      throw new AwsError(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        403,
      );
    }
  }
}

/** The operation's name in the API reference. */
function operationOf(request: ServiceRequest, hasBucket: boolean, hasKey: boolean): string {
  const { method, query } = request;
  if (!hasBucket) return method === 'GET' ? 'ListBuckets' : `${method} on the service`;
  const verb = { GET: 'Get', PUT: 'Put', DELETE: 'Delete', POST: 'Post', HEAD: 'Head' }[method] ?? method;
  for (const [name, noun] of Object.entries(subresources)) {
    if (query.has(name)) return `${verb}${hasKey ? 'Object' : 'Bucket'}${noun}`;
  }
  if (hasKey) {
    const copies = request.headers['x-amz-copy-source'] !== undefined;
    if (method === 'POST') {
      if (query.has('uploads')) return 'CreateMultipartUpload';
      return query.has('uploadId') ? 'CompleteMultipartUpload' : 'POST on an object';
    }
    if (query.has('uploadId')) {
      if (method === 'PUT') return copies ? 'UploadPartCopy' : 'UploadPart';
      if (method === 'DELETE') return 'AbortMultipartUpload';
      return 'ListParts';
    }
    return method === 'PUT' && copies ? 'CopyObject' : `${verb}Object`;
  }
  if (method === 'POST')
    return query.has('delete') ? 'DeleteObjects' : isForm(request) ? 'PostObject' : 'POST on a bucket';
  if (method === 'HEAD') return 'HeadBucket';
  if (method === 'PUT') return 'CreateBucket';
  if (method === 'DELETE') return 'DeleteBucket';
  if (query.has('location')) return 'GetBucketLocation';
  if (query.has('versioning')) return 'GetBucketVersioning';
  if (query.has('versions')) return 'ListObjectVersions';
  if (query.has('uploads')) return 'ListMultipartUploads';
  return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
}

function headBucket(s3: S3Context, request: ServiceRequest, bucket: Bucket): ServiceResponse {
  request.authorize({ action: 's3:ListBucket', resource: bucket.arn });
  return { status: 200, headers: { 'x-amz-bucket-region': s3.ports.region } };
}

function getBucketLocation(s3: S3Context, request: ServiceRequest, bucket: Bucket): ServiceResponse {
  request.authorize({ action: 's3:GetBucketLocation', resource: bucket.arn });
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${s3.ports.region}</LocationConstraint>`,
  };
}

function getBucketVersioning(_s3: S3Context, request: ServiceRequest, bucket: Bucket): ServiceResponse {
  request.authorize({ action: 's3:GetBucketVersioning', resource: bucket.arn });
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: xmlDocument('VersioningConfiguration', [
      element('Status', bucket.versioned ? 'Enabled' : undefined),
    ]),
  };
}
