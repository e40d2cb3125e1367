/*
 * A day as people read it: which day an event is on, in which zone, and what is due.
 */
import { describe, expect, it } from 'vitest'

import { agendaOf, dayOf, dueWithin, freeWords, later, speaks, timesOn, untilWords } from '../../src/day/agenda.ts'
import type { Event, Task } from '../../src/day/wire.ts'

const BERLIN = 'Europe/Berlin'
const event = (over: Partial<Event>): Event => ({
	id: 'e', calendar: 'c', calendar_name: 'Personal', summary: 'Round', start: '2026-11-24T09:00:00+01:00', end: '2026-11-24T10:00:00+01:00', first_day: null, last_day: null, busy: true, cancelled: false,
	recurs: false, status: null, location: '', description: '', url: null, organizer: null, attendees: [], attendee_count: 0, written_zone: BERLIN, defects: [], link: null, ...over,
})
const task = (over: Partial<Task>): Task => ({ id: 't', calendar: 'c', summary: 'Sign', description: '', due: null, due_day: null, overdue: false, percent: null, priority: null, link: null, ...over })

describe('an agenda', () => {
	it('has every day, also an empty one', () => {
		const agenda = agendaOf([event({})], '2026-11-23', 3, BERLIN)
		expect(agenda.map((day) => [day.day, day.timed.length])).toEqual([['2026-11-23', 0], ['2026-11-24', 1], ['2026-11-25', 0]])
	})

	it('puts an event on the day of the zone that is shown', () => {
		const late = event({ start: '2026-11-24T23:30:00Z', end: '2026-11-24T23:45:00Z' })
		expect(agendaOf([late], '2026-11-24', 2, 'UTC').map((day) => day.timed.length)).toEqual([1, 0])
		expect(agendaOf([late], '2026-11-24', 2, BERLIN).map((day) => day.timed.length)).toEqual([0, 1])
	})

	it('shows a night on both its days, and one that ends at midnight on one', () => {
		const night = event({ start: '2026-11-24T21:00:00+01:00', end: '2026-11-25T07:30:00+01:00' })
		const agenda = agendaOf([night], '2026-11-24', 2, BERLIN)
		expect(agenda.map((day) => day.timed.length)).toEqual([1, 1])
		expect(timesOn(night, '2026-11-24', BERLIN)).toMatch(/^from 9:00\sPM$/)
		expect(timesOn(night, '2026-11-25', BERLIN)).toMatch(/^until 7:30\sAM$/)
		const evening = event({ start: '2026-11-24T21:00:00+01:00', end: '2026-11-25T00:00:00+01:00' })
		expect(agendaOf([evening], '2026-11-24', 2, BERLIN).map((day) => day.timed.length)).toEqual([1, 0])
	})

	it('shows whole days on each of them, whatever the zone', () => {
		const course = event({ first_day: '2026-11-24', last_day: '2026-11-26', start: '2026-11-24T00:00:00+01:00', end: '2026-11-27T00:00:00+01:00' })
		for (const zone of [BERLIN, 'America/New_York', 'Pacific/Auckland']) {
			expect(agendaOf([course], '2026-11-23', 5, zone).map((day) => day.allDay.length)).toEqual([0, 1, 1, 1, 0])
		}
		expect(timesOn(course, '2026-11-25', BERLIN)).toBe('All day')
	})

	it('counts days across the change of clocks and the end of a year', () => {
		expect(later('2026-10-24', 2)).toBe('2026-10-26')
		expect(later('2026-12-31', 1)).toBe('2027-01-01')
		expect(dayOf(new Date('2026-10-25T00:30:00Z'), BERLIN)).toBe('2026-10-25')
	})

	it('knows which zones the browser speaks', () => {
		expect(speaks(BERLIN)).toBe(true)
		expect(speaks('Nowhere/Atlantis')).toBe(false)
	})
})

describe('what stands beside it', () => {
	it('says how far away an appointment is', () => {
		const at = (start: string) => untilWords(event({ start }), new Date('2026-11-24T08:00:00Z'))
		expect(at('2026-11-24T08:25:00Z')).toBe('in 25 minutes')
		expect(at('2026-11-24T08:01:00Z')).toBe('in 1 minute')
		expect(at('2026-11-24T11:00:00Z')).toBe('in 3 hours')
		expect(at('2026-11-27T08:00:00Z')).toBe('in 3 days')
		expect(at('2026-11-24T07:50:00Z')).toBe('now')
	})

	it('tells of free time only what is still to come', () => {
		const free = [{ start: '2026-11-24T07:00:00Z', end: '2026-11-24T08:00:00Z' }, { start: '2026-11-24T09:00:00Z', end: '2026-11-24T12:00:00Z' }, { start: '2026-11-25T09:00:00Z', end: '2026-11-25T10:00:00Z' }]
		expect(freeWords(free, '2026-11-24', 'UTC', new Date('2026-11-24T10:30:00Z'))).toMatch(/^10:30\sAM – 12:00\sPM$/)
		expect(freeWords(free, '2026-11-24', 'UTC', new Date('2026-11-24T13:00:00Z'))).toBe('')
	})

	it('finds what is due by the end of the days shown, and what is overdue', () => {
		const tasks = [task({ id: 'old', due: '2026-11-20T10:00:00Z', overdue: true }), task({ id: 'today', due_day: '2026-11-24' }), task({ id: 'later', due_day: '2026-11-30' }), task({ id: 'never' })]
		const { due, other } = dueWithin(tasks, '2026-11-25', BERLIN)
		expect(due.map((one) => one.id)).toEqual(['old', 'today'])
		expect(other.map((one) => one.id)).toEqual(['later', 'never'])
	})
})
