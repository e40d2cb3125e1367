/*
 * Calendars, events and tasks as the daemon sends them, and the questions the page asks about them.
 */
import { client } from '../api/client.ts'

/** A calendar and how equal it is to Nextcloud's. */
export interface Calendar {
	id: string
	name: string
	color: string | null
	kind: 'own' | 'shared' | 'subscribed' | 'birthdays' | 'generated'
	objects: number
	quarantined: number
	/** When it was last made equal; nothing before the first time. */
	synced_at: string | null
	/** Why the last look failed, as a code. */
	reason: string | null
}

/** Somebody who organises or comes. */
export interface Participant {
	name: string | null
	address: string
	answer: string
}

/** One event at one time. */
export interface Event {
	id: string
	calendar: string
	calendar_name: string
	summary: string
	/** In the zone of the answer. */
	start: string
	end: string
	/** Of whole days the first and the last. */
	first_day: string | null
	last_day: string | null
	busy: boolean
	cancelled: boolean
	recurs: boolean
	status: string | null
	location: string
	description: string
	url: string | null
	organizer: Participant | null
	attendees: Participant[]
	attendee_count: number
	written_zone: string | null
	defects: string[]
	/** Opens it in Nextcloud. */
	link: string | null
}

/** An open task. */
export interface Task {
	id: string
	calendar: string
	summary: string
	description: string
	due: string | null
	due_day: string | null
	overdue: boolean
	percent: number | null
	priority: number | null
	link: string | null
}

/** A stretch of time. */
export interface Stretch {
	start: string
	end: string
}

/** The most pages of events that are put together; a day with more is shown in part, and that is said. */
const MAX_PAGES = 5

function query(of: Record<string, string | number | undefined>): string {
	const given = Object.entries(of).filter((entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== '')
	return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
}

/** One's calendars. */
export async function readCalendars(): Promise<Calendar[]> {
	return (await client.json<{ calendars: Calendar[] }>('calendars')).calendars
}

/** What takes one's time next, and the zone of one's calendars, or of the asked one. */
export async function readNext(zone: string): Promise<{ zone: string, event: Event | null }> {
	const answer = await client.json<{ zone: string, event?: Event | null }>(`events/next?${query({ zone })}`)
	return { zone: answer.zone, event: answer.event ?? null }
}

/** Events from the beginning of one day to that of another. */
export async function readEvents(from: string, to: string, zone: string): Promise<{ events: Event[], more: boolean }> {
	const events: Event[] = []
	let after: string | undefined
	for (let page = 0; page < MAX_PAGES; page++) {
		const answer = await client.json<{ events: Event[], next?: string | null }>(`events?${query({ from, to, zone, limit: 100, after })}`)
		events.push(...answer.events)
		after = answer.next ?? undefined
		if (after === undefined) {
			return { events, more: false }
		}
	}
	return { events, more: true }
}

/** What is free within working hours, any day of the week. */
export async function readFree(from: string, to: string, zone: string): Promise<Stretch[]> {
	const days = 'mon,tue,wed,thu,fri,sat,sun'
	return (await client.json<{ free: Stretch[] }>(`freebusy?${query({ from, to, zone, days })}`)).free
}

/** Open tasks: what is due first stands first, what has no date last. */
export async function readTasks(zone: string): Promise<{ tasks: Task[], more: boolean }> {
	const answer = await client.json<{ tasks: Task[], next?: string | null }>(`tasks?${query({ zone, limit: 100 })}`)
	return { tasks: answer.tasks, more: (answer.next ?? undefined) !== undefined }
}
