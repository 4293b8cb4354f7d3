/** The names that are imported of the language client: the unit tests talk to no server through it. */
export class LanguageClient {
  readonly isThere = false;
}
export class ResponseError extends Error {}
export const CloseAction = {};
export const ErrorAction = {};
export const LSPErrorCodes = {};
export const State = {};
