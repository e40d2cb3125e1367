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

	private async accepted(path: string, ask: Ask, accept = 'application/json'): Promise<Response> {
		let response = await this.once(path, ask, accept)
		if (response.status === 401) {
			const refusal = await Problem.from(response)
			// An account that is not connected gets the same answer with any token.
			if (refusal.code === 'account_disconnected') {
				throw refusal
			}
			// Refused before it was read by anybody, so asking again is safe.
			this.sessions.forget()
			response = await this.once(path, ask, accept)
		}
		if (!response.ok) {
			throw await Problem.from(response)
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
