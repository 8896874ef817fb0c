/**
 * Who of this process may open a connection to a server behind the gateway, and when. Every source asks the gate of its
 * host (`Connections.to`) before it dials, and gives its slot back when the connection has ended. A gate keeps three
 * promises: there are never more connections than the limits say, to one host and of the node in all; those who have to
 * wait are let in by turns, an account at a time; and a host that is down is left alone, but for one trial now and then.
 *
 * What is pure stands alone, with clock and chance given from outside: `Turns` (whose turn it is), `Breaker` (whether the
 * host is asked at all), `AccountRests` (an account whose connections keep dying is no matter of the host). `Gate` puts
 * them together, `Connections` is the node. No connection passes through here: sources dial and keep them as they like.
 */
export { Connections, type ConnectionsOptions } from './connections.js';
export type { Gate, Entry, GateOptions } from './gate.js';
export { defaultLimits, type ConnectionLimits } from './limits.js';
export type { Slot } from './slot.js';
export { isCircuitOpen, troubleOf, type Trouble } from './trouble.js';
