/*
 * Events under the days they happen on, and times as they are read in one zone. Days are calendar days of that zone, never
 * of the device: whoever travels sees the appointments of the clinic where the clinic has them, and is told so.
 */
import { getCanonicalLocale, n, t } from '@nextcloud/l10n'

import type { Event, Stretch, Task } from './wire.ts'

/** A day and what happens on it. */
export interface AgendaDay {
	/** As `2026-11-24`. */
	day: string
	allDay: Event[]
	timed: Event[]
}

/** The zone of this device. */
export function deviceZone(): string {
	return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Whether this browser can tell times of the zone. */
export function speaks(zone: string): boolean {
	try {
		return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
	} catch {
		return false
	}
}

/** The calendar day of an instant in a zone. */
export function dayOf(instant: Date, zone: string): string {
	const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(instant)
	const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
	return `${part('year')}-${part('month')}-${part('day')}`
}

/** Another day, so many days later. */
export function later(day: string, days: number): string {
	const date = new Date(`${day}T00:00:00Z`)
	date.setUTCDate(date.getUTCDate() + days)
	return date.toISOString().slice(0, 10)
}

/** The first and the last day of an event. One that ends at midnight is over on the day before. */
function span(event: Event, zone: string): [string, string] {
	if (event.first_day !== null) {
		return [event.first_day, event.last_day ?? event.first_day]
	}
	const start = new Date(event.start)
	const end = new Date(Math.max(start.getTime(), new Date(event.end).getTime() - 1))
	return [dayOf(start, zone), dayOf(end, zone)]
}

/** Each day from the first on, also those on which nothing happens; an event of several days stands on each of them. */
export function agendaOf(events: Event[], first: string, days: number, zone: string): AgendaDay[] {
	const agenda = Array.from({ length: days }, (_, place): AgendaDay => ({ day: later(first, place), allDay: [], timed: [] }))
	for (const event of events) {
		const [from, to] = span(event, zone)
		for (const day of agenda) {
			if (day.day >= from && day.day <= to) {
				(event.first_day === null ? day.timed : day.allDay).push(event)
			}
		}
	}
	return agenda
}

/** A day in words: the weekday and the date, for people. */
export function dayWords(day: string, today: string): string {
	const date = new Intl.DateTimeFormat(getCanonicalLocale(), { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`))
	if (day === today) {
		return t('voiceassist', 'Today, {date}', { date })
	}
	return day === later(today, 1) ? t('voiceassist', 'Tomorrow, {date}', { date }) : date
}

/** The time of day in a zone. */
export function clock(instant: string, zone: string): string {
	return new Intl.DateTimeFormat(getCanonicalLocale(), { timeStyle: 'short', timeZone: zone }).format(new Date(instant))
}

/** When an event is on that day: its times, or from when or until when if it reaches over the day's edge. */
export function timesOn(event: Event, day: string, zone: string): string {
	const [from, to] = span(event, zone)
	if (event.first_day !== null || (from < day && to > day)) {
		return t('voiceassist', 'All day')
	}
	if (from < day) {
		return t('voiceassist', 'until {time}', { time: clock(event.end, zone) })
	}
	if (to > day) {
		return t('voiceassist', 'from {time}', { time: clock(event.start, zone) })
	}
	return event.start === event.end ? clock(event.start, zone) : `${clock(event.start, zone)} – ${clock(event.end, zone)}`
}

/** Less than this is not worth calling free time. */
const SHORTEST_FREE_MS = 15 * 60_000

/** What is still free on a day, in words; what has passed is free for nobody. */
export function freeWords(free: Stretch[], day: string, zone: string, now: Date): string {
	return free
		.filter((one) => dayOf(new Date(one.start), zone) === day && new Date(one.end).getTime() - now.getTime() >= SHORTEST_FREE_MS)
		.map((one) => `${clock(new Date(one.start) > now ? one.start : now.toISOString(), zone)} – ${clock(one.end, zone)}`)
		.join(', ')
}

const MINUTE_MS = 60_000

/** How far away an event is. */
export function untilWords(event: Event, now: Date): string {
	const minutes = Math.round((new Date(event.start).getTime() - now.getTime()) / MINUTE_MS)
	if (minutes <= 0) {
		return t('voiceassist', 'now')
	}
	if (minutes < 60) {
		return n('voiceassist', 'in %n minute', 'in %n minutes', minutes)
	}
	const hours = Math.round(minutes / 60)
	return hours < 24 ? n('voiceassist', 'in %n hour', 'in %n hours', hours) : n('voiceassist', 'in %n day', 'in %n days', Math.round(hours / 24))
}

/** When a task is due, in words. */
export function dueWords(task: Task, today: string, zone: string): string {
	if (task.due_day !== null) {
		return dayWords(task.due_day, today)
	}
	if (task.due === null) {
		return t('voiceassist', 'without a date')
	}
	return `${dayWords(dayOf(new Date(task.due), zone), today)}, ${clock(task.due, zone)}`
}

/** Tasks that want something within the days shown, the overdue first, and the others. */
export function dueWithin(tasks: Task[], until: string, zone: string): { due: Task[], other: Task[] } {
	const dayDue = (task: Task) => task.due_day ?? (task.due === null ? undefined : dayOf(new Date(task.due), zone))
	const due = tasks.filter((task) => {
		const day = dayDue(task)
		return task.overdue || (day !== undefined && day < until)
	})
	return { due, other: tasks.filter((task) => !due.includes(task)) }
}
