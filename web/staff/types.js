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
 * @property {boolean} [redacted] Whether it was taken back.
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
 * @typedef {object} Seen A line as somebody read it, with its speaker.
 * @property {string} id
 * @property {string} channel
 * @property {string} at
 * @property {string} text
 * @property {boolean} reported Whether it is what was reported.
 *
 * @typedef {object} Case Something that was put before staff.
 * @property {number} number
 * @property {'report' | 'appeal' | 'second'} kind
 * @property {'open' | 'claimed' | 'closed'} state
 * @property {string} subject
 * @property {string} opened_at
 * @property {number} severity
 * @property {number | null} priority
 * @property {string[]} reporters
 * @property {string | null} reason
 * @property {string | null} channel
 * @property {Seen | null} line
 * @property {{ restriction: string, what: string, by: string, until: string | null } | null} contested
 * @property {string | null} claimed_by
 * @property {string | null} closed_at
 * @property {string | null} closed_by
 * @property {string | null} verdict
 * @property {string | null} verdict_reason
 *
 * @typedef {object} Whole What is fetched of a case that somebody looks at.
 * @property {Seen[]} context
 * @property {{ by: string, at: string, reason: string, unchanged: boolean }[]} brought
 * @property {{ at: string, by: string, what: string, why: string | null }[]} acts
 * @property {{ restrictions: number, warnings: number, kicks: number } | null} on_record
 *
 * @typedef {object} Held A line that waits for approval.
 * @property {number} number
 * @property {string} at
 * @property {string} channel
 * @property {string} sender
 * @property {string} content
 * @property {string} room
 * @property {string | null} target
 * @property {string | null} rule What holds it back: `hold` or `filter`.
 * @property {string[]} found What the filter found.
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
 */
export {};
