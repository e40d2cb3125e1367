/*
 * One's day, asked for together and again every minute while somebody looks, so that "in 20 minutes" is true. When a later
 * look fails, what was shown stays and is said to be old.
 */
import { computed, onMounted, onScopeDispose, ref, shallowRef, watch } from 'vue'

import { agendaOf, dayOf, deviceZone, later, speaks } from './agenda.ts'
import { readCalendars, readEvents, readFree, readNext, readTasks, type Calendar, type Event, type Stretch, type Task } from './wire.ts'

/** How often the day is asked for. */
const AGAIN_MS = 60_000

/** What is shown. */
export interface Shown {
	/** The zone of every time. */
	zone: string
	today: string
	days: number
	now: Date
	calendars: Calendar[]
	next: Event | null
	events: Event[]
	moreEvents: boolean
	free: Stretch[]
	tasks: Task[]
	moreTasks: boolean
}

/** One's day; `ready` says when it may be asked for. */
export function useDay(ready: () => boolean) {
	const days = ref(1)
	/** A zone that was chosen instead of that of the calendars. */
	const wanted = ref('')
	const shown = shallowRef<Shown>()
	const loading = ref(false)
	const trouble = ref('')
	let asked = 0
	let timer: ReturnType<typeof setTimeout> | undefined

	async function read(length: number): Promise<Shown> {
		let next = await readNext(wanted.value)
		if (!speaks(next.zone)) {
			// The calendars' zone is one this browser has never heard of.
			next = await readNext(deviceZone())
		}
		const { zone } = next
		const now = new Date()
		const today = dayOf(now, zone)
		const until = later(today, length)
		const [calendars, events, free, tasks] = await Promise.all([readCalendars(), readEvents(today, until, zone), readFree(today, until, zone), readTasks(zone)])
		return { zone, today, days: length, now, calendars, next: next.event, events: events.events, moreEvents: events.more, free, tasks: tasks.tasks, moreTasks: tasks.more }
	}

	async function load() {
		clearTimeout(timer)
		const mine = ++asked
		loading.value = true
		try {
			const read_ = await read(days.value)
			if (mine === asked) {
				shown.value = read_
				trouble.value = ''
			}
		} catch (error) {
			if (mine === asked) {
				trouble.value = error instanceof Error ? error.message : String(error)
			}
		}
		if (mine === asked) {
			loading.value = false
			plan()
		}
	}

	function plan() {
		clearTimeout(timer)
		timer = setTimeout(() => document.hidden ? plan() : void load(), AGAIN_MS)
	}

	function begin() {
		if (ready()) {
			void load()
		}
	}

	watch([ready, days, wanted], begin)
	onMounted(begin)
	onScopeDispose(() => {
		asked++
		clearTimeout(timer)
	})

	return {
		days,
		wanted,
		shown,
		loading,
		trouble,
		load,
		agenda: computed(() => shown.value === undefined ? [] : agendaOf(shown.value.events, shown.value.today, shown.value.days, shown.value.zone)),
	}
}
