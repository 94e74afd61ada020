// @ts-check
/**
 * What goes over the WebSocket, as far as the page reads it. `docs/websocket.md` has all of it.
 *
 * @typedef {object} Span A piece of text, what it is, and what pressing it does.
 * @property {string} text
 * @property {string} [role] As `title`, `exit`, `name`, `said`; ordinary text has none.
 * @property {string} [colour] The channel's, as `#rrggbb`.
 * @property {string} [send] A command to send.
 * @property {string} [prompt] A command, or its beginning, for the input line.
 * @property {string} [open] An address.
 *
 * @typedef {[epoch: string, seq: number]} Head Where a channel stands.
 * @typedef {Record<string, Head>} Heads By channel.
 *
 * @typedef {object} Person
 * @property {string} id
 * @property {string} name
 *
 * @typedef {object} Welcome
 * @property {'welcome'} type
 * @property {Heads} heads
 * @property {Record<string, string>} colours
 * @property {Person & { rank: string }} player
 * @property {string | null} token
 * @property {number | null} linkdead_seconds
 * @property {Record<string, unknown> | null} settings
 *
 * @typedef {object} Talk A line of talk.
 * @property {'message' | 'restored' | 'older'} type
 * @property {string} id
 * @property {string} channel
 * @property {string} content
 * @property {string} text
 * @property {Span[]} [spans]
 * @property {string} at
 * @property {string} epoch
 * @property {number} seq
 * @property {string[]} flags
 * @property {boolean} masked
 * @property {Person & { kind: string }} sender
 * @property {Person | null} target
 *
 * @typedef {{ type: 'redacted', id: string, channel: string, epoch: string, seq: number }} Redacted
 * @typedef {{ type: 'text', text: string, spans?: Span[] }} Text
 * @typedef {{ type: 'prompt', text: string }} Prompt
 * @typedef {{ type: 'resumed', lines: number, gap: boolean }} Resumed
 * @typedef {{ type: 'pong', n: number }} Pong
 * @typedef {{ type: 'error', text: string }} Failure
 * @typedef {{ type: 'closing', reason: string, text: string }} Closing
 * @typedef {{ type: 'token', token: string }} Token
 * @typedef {{ type: 'name', known: boolean }} Name
 * @typedef {{ type: 'history', channel: string, lines: number, more: boolean }} History
 * @typedef {{ type: 'gmcp', name: string, data: any }} Beside
 *
 * @typedef {{ type: 'typing', channel: string, player: Person }} Typing
 *
 * @typedef {object} Allowance How much the player may still say on a channel.
 * @property {'allowance'} type
 * @property {string} channel
 * @property {number} per_minute 0 is without limit.
 * @property {number} said
 * @property {number | null} remaining
 * @property {number} wait_ms
 * @property {number[]} back_ms In how long lines of the last minute count no longer.
 * @property {string | null} refused Why a line was not said.
 *
 * @typedef {object} Spot Where a room lies, one step being 1: to the east, to the north, up.
 * @property {number} x
 * @property {number} y
 * @property {number} z
 *
 * @typedef {object} Room
 * @property {'room'} type
 * @property {string} id
 * @property {string} name
 * @property {string} zone
 * @property {string} subzone
 * @property {string | null} about
 * @property {string} text
 * @property {Span[]} [spans]
 * @property {Record<string, string>} exits From the way out to the id of the room behind it.
 * @property {string[]} players
 * @property {Record<string, string>} absent
 * @property {string[]} npcs
 * @property {string[]} items
 * @property {Spot} [spot]
 *
 * @typedef {object} Presence
 * @property {'presence'} type
 * @property {string} kind
 * @property {Person} player
 * @property {string} room
 * @property {string} text
 * @property {Span[]} [spans]
 *
 * @typedef {object} Restricted What keeps the player from speaking; null when nothing does any more.
 * @property {'restricted'} type
 * @property {{ kind: string, text: string, reason: string, channels: string[] | null, seconds_left: number | null }[]} restrictions
 *
 * @typedef {Welcome | History | Talk | Redacted | Text | Prompt | Resumed | Pong | Failure | Closing | Token | Name | Beside | Room
 *   | Presence | Restricted | Typing | Allowance} Message
 */
export {};
