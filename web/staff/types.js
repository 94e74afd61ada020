// @ts-check
/**
 * What goes over the REST API, as far as the page reads it. `docs/api.md` has all of it. Times are as in RFC 3339.
 *
 * @typedef {object} Line A line of talk.
 * @property {string} id
 * @property {string} channel
 * @property {string} at
 * @property {number} [seq]
 * @property {{ id?: string, name: string, kind?: string } | string} sender
 * @property {string} content
 * @property {string | null} [room]
 * @property {string | null} [target]
 * @property {string[]} [flags]
 * @property {string | null} [masked] How it reads to those who want the most masked, if that is not the same.
 *
 * @typedef {object} Restrained What somebody may not do.
 * @property {string | null} id
 * @property {string} kind
 * @property {string} subject
 * @property {string[] | null} channels
 * @property {string} from
 * @property {string | null} until
 * @property {number | null} seconds_left
 * @property {string} reason
 * @property {string} issuer
 *
 * @typedef {object} Case Something that was put before staff.
 * @property {number} number
 * @property {string} opened_at
 * @property {string} state
 * @property {string} subject
 * @property {string[]} reporters
 * @property {string | null} channel
 * @property {Line | null} line
 * @property {string} reason
 * @property {string | null} claimed_by
 * @property {string | null} closed_at
 * @property {string | null} verdict
 * @property {boolean} appeal
 * @property {Line[]} [context]
 * @property {{ at: string, by: string, what: string }[]} [acts]
 * @property {Restrained | null} [done] What was imposed by the verdict.
 *
 * @typedef {object} Held A line that waits for approval.
 * @property {number} number
 * @property {string} at
 * @property {string} channel
 * @property {string} sender
 * @property {string} content
 * @property {string} room
 * @property {string | null} target
 * @property {string | null} expires_at
 *
 * @typedef {object} Entry A line of the moderation log.
 * @property {string} at
 * @property {string | null} actor
 * @property {string | null} rank
 * @property {string} act
 * @property {string | null} target
 * @property {string | null} detail
 * @property {string | null} refused
 * @property {string | null} until
 *
 * @typedef {object} Told An act, as it comes live.
 * @property {string} at
 * @property {string} act
 * @property {string | null} actor
 * @property {string | null} target
 * @property {string | null} detail
 * @property {string | null} restriction
 * @property {string | null} until
 */
export {};
