/*
 * What the administration settings ask this Nextcloud's own side of the app. It asks the daemon with a vouch of its own;
 * the browser of an administrator speaks to the daemon only as that person.
 */
import { getRequestToken } from '@nextcloud/auth'
import { generateUrl } from '@nextcloud/router'

import type { Advice } from '../account/connection.ts'
import { Problem } from '../api/problem.ts'

/** The pairing; nothing of it is secret. */
export interface Pairing {
	paired: boolean
	daemon: string
	internal: string
	nextcloud: string
	command: string
}

/** One step of the self-test. */
export interface Step {
	id: string
	title: string
	state: 'ok' | 'warning' | 'error' | 'skipped'
	detail: string
	remedy: string
}

/** One person's connection. */
export interface Person {
	user_id: string
	display_name: string
	state: string
	since: string
	advice: Advice
	last_success_at: string | null
	held_deletions: number
}

/** How the daemon is. */
export interface Overview {
	version: string
	components: { name: string, condition: 'ready' | 'degraded' | 'missing', detail?: string }[]
	documents: Record<string, number>
	failures: { code: string, explanation: string, count: number }[]
	queue: { waiting: number, running: number, delayed: number, given_up: number, oldest_seconds: number }
	last_hint_at: string | null
	people: Person[]
	more_people: boolean
}

/** All of it. */
export interface State {
	steps: Step[]
	overview: Overview | null
	pairing: Pairing
	hints_waiting: number
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
	const headers = { requesttoken: getRequestToken() ?? '', Accept: 'application/json', 'Content-Type': 'application/json' }
	const response = await fetch(generateUrl(path), { ...init, headers })
	if (!response.ok) {
		const problem = await Problem.from(response)
		throw response.status === 403 && problem.code === 'unknown' ? new Problem(403, 'password_needed', problem.message) : problem
	}
	return await response.json() as T
}

/** Takes the self-test and asks how things are. */
export async function readState(): Promise<State> {
	return ask<State>('/apps/voiceassist/admin/state')
}

/** Keeps the addresses. Fails with 403 when Nextcloud wants the administrator's password first. */
export async function keepPairing(pairing: { daemon: string, internal: string, nextcloud: string }): Promise<Pairing> {
	return ask<Pairing>('/apps/voiceassist/admin/pairing', { method: 'PUT', body: JSON.stringify(pairing) })
}
