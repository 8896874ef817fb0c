/** An answer of Autodiscover v2: an HTTP status and a JSON object. */
export interface JsonAnswer {
  readonly status: 200 | 400;
  readonly body: Readonly<Record<string, string>>;
}

const refused = (code: string, message: string): JsonAnswer => ({
  status: 400,
  body: { ErrorCode: code, ErrorMessage: message },
});

/** Where the protocols of Autodiscover v2 are found here. */
export interface Locations {
  readonly activeSync: string;
  readonly pox: string;
}

/**
 * Answers `autodiscover.json?Email=&Protocol=` by what it names, whatever the case. It says nothing of whether there is
 * such a mailbox: it is asked without a password.
 */
export function jsonAnswer(address: string | null, protocol: string | null, at: Locations): JsonAnswer {
  if (!address?.includes('@'))
    return refused('MandatoryParameterMissing', 'Email is missing or no mail address.');
  switch (protocol?.toLowerCase() ?? '') {
    case '':
      return refused('MandatoryParameterMissing', 'Protocol is missing.');
    case 'activesync':
      return { status: 200, body: { Protocol: 'ActiveSync', Url: at.activeSync } };
    case 'autodiscoverv1':
      return { status: 200, body: { Protocol: 'AutodiscoverV1', Url: at.pox } };
    default:
      return refused(
        'InvalidProtocol',
        "The given protocol value is invalid. Supported values are 'ActiveSync,AutodiscoverV1'.",
      );
  }
}
