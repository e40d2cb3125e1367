/*
 * Who speaks to the daemon. Inside Nextcloud the app's own server side vouches for the person who is signed in and
 * hands out a token of a few minutes; outside, on the page that the daemon serves itself, the token is in the
 * address once and then only in this tab. A token is renewed shortly before it ends and is never stored on disk.
 */
import { fetchRequestToken, getRequestToken } from '@nextcloud/auth'
import { loadState } from '@nextcloud/initial-state'
import { t } from '@nextcloud/l10n'
import { generateUrl } from '@nextcloud/router'

import { Problem } from './problem.ts'

/** A token and where it is good. */
export interface Session {
	/** Where the daemon answers, without a slash at the end. */
	base: string
	/** The access token. */
	token: string
	/** When it ends, in milliseconds since 1970. */
	endsAt: number
}

/** Where sessions come from. */
export interface SessionSource {
	/** Gets a new session. */
	open(): Promise<Session>
}

/** How long before its end a token is no longer used. */
const RENEW_BEFORE_MS = 30_000

/** What Nextcloud answers to a page whose token it no longer takes. */
const STALE_PAGE = 412

/** Keeps one session and renews it; several callers share one renewal. */
export class SessionKeeper {
	private current: Session | undefined
	private opening: Promise<Session> | undefined

	constructor(private readonly source: SessionSource, private readonly now: () => number = Date.now) {}

	/** A session that is good for a while. */
	async session(): Promise<Session> {
		if (this.current !== undefined && this.current.endsAt - RENEW_BEFORE_MS > this.now()) {
			return this.current
		}
		this.opening ??= this.source.open().finally(() => { this.opening = undefined })
		this.current = await this.opening
		return this.current
	}

	/** Forgets the session, because the daemon refused it. */
	forget(): void {
		this.current = undefined
	}
}

/** Inside Nextcloud: the app's server side vouches. */
export class NextcloudSessions implements SessionSource {
	async open(): Promise<Session> {
		let response = await this.vouch(getRequestToken() ?? '')
		if (response.status === STALE_PAGE) {
			// The page has stood open so long that Nextcloud no longer takes its token; the person may still be signed in.
			response = await this.vouch(await fetchRequestToken().catch(() => ''))
		}
		if (response.status === STALE_PAGE || response.status === 401) {
			throw new Problem(401, 'signed_out', t('voiceassist', 'You are no longer signed in to Nextcloud. Load the page again to sign in; what you have written is kept.'))
		}
		if (!response.ok) {
			throw await Problem.from(response)
		}
		const answer = await response.json() as { base_url: string, token: string, expires_in: number }
		return { base: answer.base_url.replace(/\/+$/, ''), token: answer.token, endsAt: Date.now() + answer.expires_in * 1000 }
	}

	private async vouch(requesttoken: string): Promise<Response> {
		return fetch(generateUrl('/apps/voiceassist/session'), { method: 'POST', headers: { requesttoken, Accept: 'application/json' } })
	}
}

const KEPT_TOKEN = 'voiceassist-token'

/** Takes the token out of the address of the daemon's own page. It stays in this tab and nowhere else. */
export function takeToken(): void {
	const given = new URLSearchParams(window.location.hash.replace(/^#\??/, '')).get('token')
	if (given !== null && !loadState<boolean>('voiceassist', 'embedded', false)) {
		sessionStorage.setItem(KEPT_TOKEN, given)
		window.history.replaceState(null, '', window.location.pathname)
	}
}

/** On the daemon's own page: the token came with the address. */
class StandaloneSessions implements SessionSource {
	async open(): Promise<Session> {
		const token = sessionStorage.getItem(KEPT_TOKEN)
		if (token === null) {
			throw new Problem(401, 'no_token', t('voiceassist', 'This page was opened without a token. Open the link that the program printed.'))
		}
		return { base: '', token, endsAt: Number.POSITIVE_INFINITY }
	}
}

/** Where sessions come from on this page. */
export function sessionSource(): SessionSource {
	return loadState<boolean>('voiceassist', 'embedded', false) ? new NextcloudSessions() : new StandaloneSessions()
}
