/** A change that a rule refuses, thrown by the handlers of this room; the window puts its words beside the field. */
import type { AdministrationFault } from '../../shared/administration/calls.ts';

/** Rolls the transaction back. `field` is the path in the input of the call; absent = the whole. */
export class Fault extends Error {
  override name = 'Fault';
  readonly fault: AdministrationFault;
  readonly field: string | undefined;
  constructor(fault: AdministrationFault, field?: string) {
    super(field === undefined ? fault : `${field}: ${fault}`);
    this.fault = fault;
    this.field = field;
  }
}
