/** The end of `npm start` before it began: its message is a whole sentence for a person, and the exit code is 1. */
export class Refused extends Error {}
