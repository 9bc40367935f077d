// Answers as EC2 and STS give them, for tests that stand in their place.

/** An answer of EC2's to `action`, with what is inside. */
export const ofEc2 = (action: string, inside = ''): string =>
  `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId>${inside}</${action}Response>`;

/** An answer of STS's to `action`, with its result. */
export const ofSts = (action: string, result = ''): string =>
  `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`;
