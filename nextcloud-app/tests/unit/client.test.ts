/*
 * The way to the daemon: tokens are renewed and shared, refusals become problems, and nothing with an effect is sent twice.
 */
import { afterEach, describe, expect, it, vi } from 'vitest'

import { Client } from '../../src/api/client.ts'
import { Problem } from '../../src/api/problem.ts'
import { NextcloudSessions, SessionKeeper, type SessionSource } from '../../src/api/session.ts'

function source(tokens = ['one', 'two', 'three']): SessionSource & { opened: number } {
	return {
		opened: 0,
		async open() {
			return { base: 'https://daemon.example.test', token: tokens[this.opened++] ?? 'last', endsAt: Number.POSITIVE_INFINITY }
		},
	}
}

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

describe('a session', () => {
	it('is opened once for several who need it at the same time', async () => {
		const from = source()
		const keeper = new SessionKeeper(from)
		await Promise.all([keeper.session(), keeper.session(), keeper.session()])
		expect(from.opened).toBe(1)
	})

	it('is renewed before it ends', async () => {
		let now = 0
		const from = { opened: 0, async open() { this.opened++; return { base: '', token: 't', endsAt: now + 60_000 } } }
		const keeper = new SessionKeeper(from, () => now)
		await keeper.session()
		now = 29_000
		await keeper.session()
		expect(from.opened).toBe(1)
		now = 31_000
		await keeper.session()
		expect(from.opened).toBe(2)
	})
})

describe('inside Nextcloud', () => {
	afterEach(() => {
		vi.unstubAllGlobals()
	})

	/** Nextcloud: the page's own token is old, `/csrftoken` gives a new one, unless nobody is signed in any more. */
	function nextcloud(signedIn: boolean) {
		const asked: [string, string][] = []
		vi.stubGlobal('fetch', async (address: string | URL, init?: RequestInit) => {
			const token = new Headers(init?.headers).get('requesttoken') ?? ''
			asked.push([String(address).replace(/^.*?\/(apps|csrftoken)/, '/$1'), token])
			if (String(address).includes('csrftoken')) {
				return json(200, { token: 'fresh' })
			}
			if (!signedIn) {
				return json(401, { message: 'Current user is not logged in' })
			}
			return token === 'fresh' ? json(200, { base_url: 'https://cloud.example.test/voiceassist/', token: 'jwt', expires_in: 600 }) : json(412, { message: 'CSRF check failed' })
		})
		return asked
	}

	it('a page that stood open too long gets a new token and goes on', async () => {
		const asked = nextcloud(true)
		const session = await new NextcloudSessions().open()
		expect(session).toMatchObject({ base: 'https://cloud.example.test/voiceassist', token: 'jwt' })
		expect(asked.map(([path]) => path)).toEqual(['/apps/voiceassist/session', '/csrftoken', '/apps/voiceassist/session'])
	})

	it('somebody who was signed out is told so', async () => {
		nextcloud(false)
		await expect(new NextcloudSessions().open()).rejects.toMatchObject({ status: 401, code: 'signed_out' })
	})
})

describe('a request', () => {
	it('carries the token, and no cookies', async () => {
		const send = vi.fn<typeof fetch>(async () => json(200, { ok: true }))
		expect(await new Client(source(), send).json('me')).toEqual({ ok: true })
		const [address, init] = send.mock.calls[0] ?? []
		expect(address).toBe('https://daemon.example.test/api/v1/me')
		expect(init?.credentials).toBe('omit')
		expect(init?.headers).toMatchObject({ Authorization: 'Bearer one' })
	})

	it('is sent again once, with a new token, when the old one is refused', async () => {
		const answers = [json(401, { code: 'invalid_token' }), json(200, { ok: true })]
		const send = vi.fn<typeof fetch>(async () => answers.shift() ?? json(500, {}))
		await new Client(source(), send).json('me')
		expect(send.mock.calls.map(([, init]) => (init?.headers as Record<string, string>).Authorization)).toEqual(['Bearer one', 'Bearer two'])
	})

	it('fails with the daemon\'s own words and codes', async () => {
		const send = async () => json(422, { code: 'invalid_inputs', title: 'No', detail: 'Age is missing.', problems: [{ input: 'age', detail: 'Age is missing.' }] })
		const failure = await new Client(source(), send).json('calculators/x', { method: 'POST', body: {} }).catch((error: unknown) => error)
		expect(failure).toBeInstanceOf(Problem)
		expect(failure).toMatchObject({ status: 422, code: 'invalid_inputs', message: 'Age is missing.', fields: [{ field: 'age', message: 'Age is missing.' }] })
	})

	it('says how long to wait when there were too many', async () => {
		const refused = (headers: Record<string, string>) => async () => new Response(JSON.stringify({ code: 'too_many_requests', detail: 'Wait.' }), { status: 429, headers })
		await expect(new Client(source(), refused({ 'Retry-After': '17' })).json('me')).rejects.toMatchObject({ status: 429, wait: 17 })
		await expect(new Client(source(), refused({ 'Retry-After': 'Tue, 24 Nov 2026 09:00:00 GMT' })).json('me')).rejects.toMatchObject({ status: 429, wait: undefined })
		await expect(new Client(source(), refused({})).json('me')).rejects.toMatchObject({ wait: undefined })
	})

	it('says what to do when nobody answers', async () => {
		const send = async () => { throw new TypeError('network') }
		await expect(new Client(source(), send).json('me')).rejects.toMatchObject({ code: 'unreachable', status: 0 })
	})

	it('survives a page that is no problem document', async () => {
		const send = async () => new Response('<html>502</html>', { status: 502 })
		await expect(new Client(source(), send).json('me')).rejects.toMatchObject({ status: 502, code: 'unknown', message: 'HTTP 502' })
	})
})
