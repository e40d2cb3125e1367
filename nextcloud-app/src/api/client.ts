/*
 * The one way to the daemon: adds the token, renews it once when it was refused, and turns every failure into a
 * Problem. Nothing is retried that could have had an effect.
 */
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
		const first = await this.once(path, ask)
		// Refused before it was read by anybody, so asking again is safe.
		const response = first.status === 401 ? await this.again(path, ask) : first
		if (!response.ok) {
			throw await Problem.from(response)
		}
		return await response.json() as T
	}

	private async again(path: string, ask: Ask): Promise<Response> {
		this.sessions.forget()
		return this.once(path, ask)
	}

	private async once(path: string, ask: Ask): Promise<Response> {
		const session = await this.sessions.session()
		const headers: Record<string, string> = { Authorization: `Bearer ${session.token}`, Accept: 'application/json' }
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
			throw new Problem(0, 'unreachable', 'VoiceAssist does not answer. Check your connection and try again.')
		}
	}
}

/** The page's client. */
export const client = new Client(sessionSource())
