/*
 * The connection of the person who is signed in: how it fares, how it is begun and how it ends. The login itself happens
 * in Nextcloud's own window; what is granted there never passes through this page.
 */
import { client } from '../api/client.ts'

/** What to do about a connection. */
export interface Advice {
	code: string
	who: 'nobody' | 'person' | 'administrator'
	sentence: string
}

/** How the connection fares. */
export interface Connection {
	account_id: string
	user_id: string
	display_name: string
	state: 'connected' | 'revoked' | 'throttled' | 'disabled' | 'maintenance' | 'failing' | 'gone'
	since: string
	advice: Advice
	held_deletions: number
	purge_at: string | null
	last_success_at: string | null
	last_nudge_at: string | null
	lag_seconds: number
	next_look_at: string | null
	documents: Record<string, number>
}

/** A login that waits in Nextcloud. */
export interface Login {
	id: string
	login_url: string
	expires_at: string
}

/** What was forgotten when a connection ended. */
export interface Farewell {
	app_password_revoked: boolean
	what_to_do: string
	entries: number
	documents_purged: number
	documents_kept: number
	conversations: number
}

/** How the connection fares. */
export async function readConnection(): Promise<Connection> {
	return client.json<Connection>('account')
}

/** Begins a login. */
export async function beginLogin(): Promise<Login> {
	return client.json<Login>('account/connect', { method: 'POST' })
}

/** How far a login has come. */
export async function followLogin(id: string): Promise<{ state: 'pending' | 'connected' | 'expired' | 'wrong_user' | 'failed', what_to_do: string }> {
	return client.json(`account/connect/${id}`)
}

/** Ends the connection and forgets what only this person could read. */
export async function endConnection(): Promise<Farewell> {
	return client.json<Farewell>('account', { method: 'DELETE' })
}

/** How many documents are still on their way. */
export function unread(documents: Record<string, number>): number {
	return ['pending', 'fetched', 'chunked'].reduce((sum, state) => sum + (documents[state] ?? 0), 0)
}
