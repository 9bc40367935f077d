// Errors as AWS words them: a code that programs match, a text that people read, an HTTP status.

export class ApiError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** A parameter that the action cannot do without is not there. */
export const missingParameter = (name: string): ApiError =>
  new ApiError('MissingParameter', `The request must contain the parameter ${name}`);

/** A parameter has a value that the action cannot use; `why` says what would do. */
export const invalidValue = (name: string, value: string, why = ''): ApiError =>
  new ApiError(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${name} is invalid. ${why}`.trimEnd(),
  );

/** Two parameters exclude each other. */
export const invalidCombination = (message: string): ApiError =>
  new ApiError('InvalidParameterCombination', message);

/** Throws unless the value is there; gives the value back without `undefined`. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined || value === '') throw missingParameter(name);
  return value;
}
