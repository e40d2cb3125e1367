/*
 * The one way to the daemon: adds the token, renews it once when it was refused, and turns every failure into a
 * Problem. Nothing is retried that could have had an effect.
 */
import { t } from '@nextcloud/l10n'

import { events } from './events.ts'
import { Problem } from './problem.ts'
import { SessionKeeper, sessionSource, type SessionSource } from './session.ts'

/** A request's body and how to stop it. */
export interface Ask {
	method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
	body?: unknown
	signal?: AbortSignal
}

/** Refusals that another token does not change. */
const FINAL = ['account_disconnected', 'step_up_required']

/** What a daemon says that does not know the address, or not with this verb. */
const NO_SUCH_ROUTE = ['not_found', 'method_not_allowed']

/** Speaks JSON with the daemon. */
export class Client {
	private readonly sessions: SessionKeeper

	constructor(source: SessionSource, private readonly send: typeof fetch = (...ask) => fetch(...ask)) {
		this.sessions = new SessionKeeper(source)
	}

	/** Asks for a path below `/api/v1/` and reads the JSON answer. */
	async json<T>(path: string, ask: Ask = {}): Promise<T> {
		return await (await this.accepted(path, ask)).json() as T
	}

	/** The same for what answers without words. */
	async done(path: string, ask: Ask): Promise<void> {
		await this.accepted(path, ask)
	}

	/** The same for an answer that comes in events. */
	async *stream<T>(path: string, ask: Ask): AsyncGenerator<T> {
		const response = await this.accepted(path, ask, 'text/event-stream')
		if (response.body !== null) {
			yield* events<T>(response.body)
		}
	}

	/** The same for an answer that is a file, read whole. */
	async text(path: string, ask: Ask, accept: string): Promise<string> {
		return await (await this.accepted(path, ask, accept)).text()
	}

	/** Has the next request begin with a new token, because what the old one says of the person is out of date. */
	renew(): void {
		this.sessions.forget()
	}

	private async accepted(path: string, ask: Ask, accept = 'application/json'): Promise<Response> {
		let response = await this.once(path, ask, accept)
		if (response.status === 401) {
			const refusal = await Problem.from(response)
			// These get the same answer with any token that can be had without the person.
			if (FINAL.includes(refusal.code)) {
				throw refusal
			}
			// Refused before it was read by anybody, so asking again is safe.
			this.sessions.forget()
			response = await this.once(path, ask, accept)
		}
		if (!response.ok) {
			const problem = await Problem.from(response)
			throw NO_SUCH_ROUTE.includes(problem.code)
				? new Problem(404, 'too_old', t('voiceassist', 'The daemon is older than this page and cannot do this yet.'))
				: problem
		}
		return response
	}

	private async once(path: string, ask: Ask, accept: string): Promise<Response> {
		const session = await this.sessions.session()
		const headers: Record<string, string> = { Authorization: `Bearer ${session.token}`, Accept: accept }
		const init: RequestInit = { method: ask.method ?? 'GET', headers, credentials: 'omit' }
		if (ask.body !== undefined) {
			headers['Content-Type'] = 'application/json'
			init.body = JSON.stringify(ask.body)
		}
		if (ask.signal !== undefined) {
			init.signal = ask.signal
		}
		try {
			return await this.send(`${session.base}/api/v1/${path}`, init)
		} catch (error) {
			if (ask.signal?.aborted === true) {
				throw error
			}
			throw new Problem(0, 'unreachable', t('voiceassist', 'VoiceAssist does not answer. Check your connection and try again.'))
		}
	}
}

/** The page's client. */
export const client = new Client(sessionSource())
