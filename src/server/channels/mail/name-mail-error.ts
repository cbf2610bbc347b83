/**
 * Gives every way in which a mail server can fail a name and one sentence with the remedy. Passes on no word of the
 * server or of a mail: these go to logs and to the screen of an administrator.
 */

import type { MailFault } from '../../../shared/administration/channel-findings.ts';

export type MailError = { name: string; sentence: string };

/** Faults that IMAP and SMTP share; shown with `imap-` or `smtp-` before them. */
const faults: Record<MailFault, string> = {
  'authentication-failed': 'The server refused user and password; check both.',
  'app-password-needed': 'The server wants a password made for programs; make one in the account and enter it.',
  'password-login-off': 'The server allows no login by password for this account; ask its administrator.',
  'connection-refused': 'Nobody listens at this host and port; check both and the firewall.',
  'host-not-found': 'The name of the server is unknown; check host.',
  'connection-lost': 'The server ended the connection; it is tried again.',
  timeout: 'The server did not answer in time; it is tried again.',
  'certificate-expired': 'The certificate of the server has expired; its administrator must renew it.',
  'certificate-not-trusted': 'The certificate of the server is not trusted; add its authority as "ca".',
  'certificate-wrong-name': 'The certificate is for another name; check host, or set "tlsName".',
  'tls-on-plain-port': 'This port does not begin with TLS; set tls to "starttls", or take the port for TLS.',
  'plain-on-tls-port': 'This port begins with TLS; set tls to "implicit", or take the port for STARTTLS.',
  'tls-failed': 'No secure connection could be made; check port and tls.',
  'tls-not-offered': 'The server offers no STARTTLS; check port and tls.',
  'mailbox-missing': 'There is no such mailbox; check mailbox.',
  'protocol-error': 'The server answered in a way that is not understood.',
};

/** What is looked at of an error, whoever threw it. */
type Facts = { code: string; cause: string; text: string; responseCode: number; flags: Record<string, unknown> };

/** The name and sentence of an error that imapflow, nodemailer, Node's TLS or its sockets threw. */
export function nameMailError(protocol: 'imap' | 'smtp', error: unknown): MailError {
  const fault = faultOfMailError(error);
  return { name: `${protocol}-${fault}`, sentence: faults[fault] };
}

/** The fault alone, for who knows the protocol. */
export function faultOfMailError(error: unknown): MailFault {
  return faultOf(factsOf(error));
}

function factsOf(error: unknown): Facts {
  const flags = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    code: text(flags['code']),
    cause: text(flags['originalCode']),
    text: `${text(flags['message'])} ${text(flags['response'])} ${text(flags['responseText'])}`,
    responseCode: typeof flags['responseCode'] === 'number' ? flags['responseCode'] : 0,
    flags,
  };
}

function faultOf({ code, cause, text, responseCode, flags }: Facts): MailFault {
  const codes = `${code} ${cause}`;
  // Google's words for an account with a second factor, and Exchange Online's code for a tenant that takes no passwords.
  if (/application-specific password/i.test(text)) return 'app-password-needed';
  if (/\b5\.7\.139\b|basic authentication is disabled/i.test(text)) return 'password-login-off';
  if (flags['authenticationFailed'] === true || /EAUTH|ENOAUTH/.test(codes) || [530, 534, 535].includes(responseCode)) {
    return 'authentication-failed';
  }
  if (flags['mailboxMissing'] === true) return 'mailbox-missing';
  if (/CERT_HAS_EXPIRED/.test(codes) || /certificate has expired/i.test(text)) return 'certificate-expired';
  if (/ALTNAME/.test(codes) || /altnames/i.test(text)) return 'certificate-wrong-name';
  if (
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_UNTRUSTED/.test(codes) ||
    /self[- ]signed|unable to (verify|get local issuer)/i.test(text)
  ) {
    return 'certificate-not-trusted';
  }
  if (/ECONNREFUSED/.test(codes) || /ECONNREFUSED/.test(text)) return 'connection-refused';
  if (/ENOTFOUND|EAI_AGAIN|EDNS/.test(codes)) return 'host-not-found';
  if (/STARTTLS/.test(text) && /not (available|support|offer)|does not|required/i.test(text)) return 'tls-not-offered';
  if (
    /ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG/.test(codes) ||
    /wrong version number|packet length too long/i.test(text)
  )
    return 'tls-on-plain-port';
  if (flags['tlsFailed'] === true || /ETLS|ERR_SSL|ERR_TLS|EPROTO\b|ClosedAfterConnectTLS|UPGRADE_TIMEOUT/.test(codes))
    return 'tls-failed';
  if (/TIMEOUT|ETIMEDOUT/.test(codes)) return 'timeout';
  if (
    /ECONNRESET|EPIPE|ECONNECTION|ESOCKET|NoConnection|EConnectionClosed|ClosedAfterConnect|StateLogout|ECONNABORTED|EHOSTUNREACH|ENETUNREACH/.test(
      codes,
    )
  ) {
    return 'connection-lost';
  }
  return 'protocol-error';
}
