// Names for a person, who does not want to read all of many.

/** The names, or the first `most` of them and how many more there are: `a, b and 3 more`. */
export const someOf = (names: readonly string[], most = 5): string =>
  names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
