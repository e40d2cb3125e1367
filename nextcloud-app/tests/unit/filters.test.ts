/*
 * Within what a question is asked: what is shown of it, what the daemon is told, what stays with a conversation; and the list
 * of one's own files to choose from.
 */
import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { client } from '../../src/api/client.ts'
import { Problem } from '../../src/api/problem.ts'
import { ask } from '../../src/chat/conversations.ts'
import { chipsOf, everything, filtersOf, folderOf, isOpen, isSpan, keepFilters, narrowing, type Filters } from '../../src/chat/filters.ts'
import LimitsPanel from '../../src/components/admin/LimitsPanel.vue'
import AnswerMessage from '../../src/components/chat/AnswerMessage.vue'
import FilterBar from '../../src/components/chat/FilterBar.vue'
import { entriesOf } from '../../src/files/tree.ts'

const full: Filters = {
	sources: ['file', 'message'], types: ['pdf'], folder: '/Protocols', files: [{ id: 7, name: 'AF.pdf' }], from: '2026-11-01', to: '2026-11-30', people: ['Dr. Weber'],
}

beforeEach(() => sessionStorage.clear())

describe('what narrows a question', () => {
	it('is one chip each, and without any of them nothing else is lost', () => {
		const chips = chipsOf(full)
		expect(chips.map((chip) => chip.words)).toEqual(['AF.pdf', '/Protocols', 'Files', 'Message', 'PDF', 'Nov 1, 2026 to Nov 30, 2026', 'Dr. Weber'])
		for (const chip of chips) {
			expect(chipsOf(chip.rest).map((rest) => rest.key)).toEqual(chips.map((one) => one.key).filter((key) => key !== chip.key))
		}
		expect(isOpen(everything())).toBe(true)
		expect(isOpen(full)).toBe(false)
		expect(chipsOf({ ...everything(), from: '2026-11-01' }).map((chip) => chip.words)).toEqual(['since Nov 1, 2026'])
		expect(chipsOf({ ...everything(), to: '2026-11-01' }).map((chip) => chip.words)).toEqual(['until Nov 1, 2026'])
	})

	it('is told to the daemon as it takes it, the last day included, and not at all where there is nothing', () => {
		expect(narrowing(everything())).toEqual({})
		const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
		expect(narrowing(full)).toEqual({ filter: { sources: ['file', 'message'], types: ['pdf'], folder: '/Protocols', files: [7], from: '2026-11-01', to: '2026-12-01', zone, people: ['Dr. Weber'] } })
		expect(narrowing({ ...everything(), folder: '/A' })).toEqual({ filter: { folder: '/A' } })
		expect(narrowing({ ...everything(), to: '2027-12-31' })).toEqual({ filter: { to: '2028-01-01', zone } })
	})

	it('goes with the question, and so does the zone of this device', async () => {
		const stream = vi.spyOn(client, 'stream').mockReturnValue((async function* () {})() as never)
		const { signal } = new AbortController()
		const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
		await ask('one', 'How much?', { ...everything(), types: ['sheet'] }, undefined, signal).next()
		expect(stream).toHaveBeenLastCalledWith('conversations/one/ask', { method: 'POST', body: { question: 'How much?', filter: { types: ['sheet'] }, zone }, signal })
		await ask('one', 'How much?', everything(), 'q', signal).next()
		expect(stream).toHaveBeenLastCalledWith('conversations/one/ask', { method: 'POST', body: { question: 'How much?', replaces: 'q', zone }, signal })
		stream.mockRestore()
	})

	it('is asked without a zone where the daemon does not know this one, and fails as before for anything else', async () => {
		const { signal } = new AbortController()
		const refuse = (code: string) => async function* () { throw new Problem(400, code, 'no'); yield undefined as never }
		const stream = vi.spyOn(client, 'stream').mockImplementationOnce(refuse('invalid_parameter') as never).mockImplementationOnce(async function* () { yield { type: 'sources', considered: 1 } } as never)
		expect((await ask('one', 'How much?', everything(), undefined, signal).next()).value).toEqual({ type: 'sources', considered: 1 })
		expect(stream).toHaveBeenLastCalledWith('conversations/one/ask', { method: 'POST', body: { question: 'How much?' }, signal })
		stream.mockImplementationOnce(refuse('too_many_requests') as never)
		await expect(ask('one', 'How much?', everything(), undefined, signal).next()).rejects.toMatchObject({ code: 'too_many_requests' })
		stream.mockRestore()
	})

	it('stays with its conversation for this tab', () => {
		keepFilters('one', full)
		expect(filtersOf('one')).toEqual(full)
		expect(filtersOf('two')).toEqual(everything())
		keepFilters('one', everything())
		expect(sessionStorage.length).toBe(0)
	})

	it('is nothing where what was kept is not understood', () => {
		for (const kept of ['', 'no', '[]', '7', '{"sources":"file","types":["exe"],"files":[{"id":"7"},null],"from":"yesterday","people":[7]}']) {
			sessionStorage.setItem('voiceassist-filters-one', kept)
			expect(filtersOf('one'), kept).toEqual(everything())
		}
	})

	it('reads folders and days as people write them', () => {
		expect([' Clinic / Cardiology/', '/', '', '//a//./b'].map(folderOf)).toEqual(['/Clinic/Cardiology', '', '', '/a/b'])
		expect([isSpan('2026-11-02', '2026-11-01'), isSpan('2026-11-01', '2026-11-01'), isSpan('', '2026-11-01'), isSpan('2026-11-01', '')]).toEqual([false, true, true, true])
	})
})

describe('the bar above the question', () => {
	const bar = (filters: Filters) => mount(FilterBar, { props: { modelValue: filters }, attachTo: document.body })

	it('says that everything is asked, and names what narrows it', async () => {
		const open = bar(everything())
		expect(open.text()).toContain('Everything you may read')
		expect(open.findAll('li')).toHaveLength(0)
		open.unmount()
		const narrow = bar(full)
		expect(narrow.text()).toContain('Only within')
		expect(narrow.findAll('li')).toHaveLength(7)
		narrow.unmount()
	})

	it('takes one away by its button, and the focus goes on to the next', async () => {
		const wrapper = bar({ ...everything(), folder: '/A', people: ['Weber'] })
		const close = wrapper.get('[aria-label="Do not narrow to /A"]')
		await close.trigger('click')
		expect(wrapper.emitted('update:modelValue')).toEqual([[{ ...everything(), people: ['Weber'] }]])
		await wrapper.setProps({ modelValue: { ...everything(), people: ['Weber'] } })
		await vi.waitFor(() => expect(document.activeElement?.closest('li, .filters__choose')).not.toBeNull())
		wrapper.unmount()
	})

	it('clears all at once where there are several', async () => {
		const wrapper = bar(full)
		await wrapper.findAll('button').find((button) => button.text() === 'Clear all')?.trigger('click')
		expect(wrapper.emitted('update:modelValue')).toEqual([[everything()]])
		wrapper.unmount()
	})
})

describe('an answer that found nothing', () => {
	const nothing = {
		id: 'm', role: 'assistant' as const, text: '', sentences: [], citations: [], withheld: 0, rating: null, created_at: '2026-01-01T10:00:00Z',
		turn: { outcome: 'not_found' as const, stopped: false, confidence: null, sensitivity: 'internal' as const, model: null, steps: [], calculation: null, clarification: null },
	}
	const answer = (narrowed: boolean, last = true) => mount(AnswerMessage, { props: { message: nothing, last, busy: false, narrowed }, global: { stubs: { RouterLink: true } } })

	it('offers to ask within everything only where it was narrowed', async () => {
		const narrowed = answer(true)
		await narrowed.findAll('button').find((button) => button.text() === 'Ask within everything')?.trigger('click')
		expect(narrowed.emitted('widen')).toHaveLength(1)
		expect(answer(false).text()).not.toContain('Ask within everything')
		expect(answer(true, false).text()).not.toContain('Ask within everything')
	})
})

describe('one\'s own files', () => {
	const listing = (...responses: string[]) => `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns">${responses.join('')}</d:multistatus>`
	const one = (href: string, id: number, mime: string) => `<d:response><d:href>${href}</d:href><d:propstat><d:prop><d:resourcetype>${mime === '' ? '<d:collection/>' : ''}</d:resourcetype>${mime === '' ? '' : `<d:getcontenttype>${mime}</d:getcontenttype>`}<oc:fileid>${id}</oc:fileid></d:prop></d:propstat></d:response>`
	const root = '/remote.php/dav/files/al%20ice'

	it('are listed folders first and by name, without what cannot be read and without the folder itself', () => {
		const xml = listing(
			one(`${root}/Clinic/`, 1, ''),
			one(`${root}/Clinic/b%c3%bcro%2010.pdf`, 4, 'application/pdf'),
			one(`${root}/Clinic/b%c3%bcro%209.pdf`, 3, 'application/pdf'),
			one(`${root}/Clinic/film.mp4`, 5, 'video/mp4'),
			one(`${root}/Clinic/Wards/`, 2, ''),
			one('/remote.php/dav/files/bob/Clinic/other.pdf', 6, 'application/pdf'),
			one(`${root}/Clinic/%zz.pdf`, 7, 'application/pdf'),
		)
		expect(entriesOf(xml, root, '/Clinic').map(({ id, name, path, isFolder }) => ({ id, name, path, isFolder }))).toEqual([
			{ id: 2, name: 'Wards', path: '/Clinic/Wards', isFolder: true },
			{ id: 3, name: 'büro 9.pdf', path: '/Clinic/büro 9.pdf', isFolder: false },
			{ id: 4, name: 'büro 10.pdf', path: '/Clinic/büro 10.pdf', isFolder: false },
		])
	})

	it('are none where the answer is no listing', () => {
		for (const answer of ['', '<html></html>', 'no xml', listing()]) {
			expect(entriesOf(answer, root, '')).toEqual([])
		}
	})
})

describe('limits and retention', () => {
	it('are said in words, and what has no end is said to have none', () => {
		const limits = {
			requests: { of_a_person_per_minute: 1200, questions_of_a_person_per_minute: 60, questions_of_a_person_at_once: 4, failures_of_an_address_per_minute: 60, of_everybody_at_once: 512, counted_together: false },
			sessions: { idle_minutes: 30, absolute_minutes: 720 },
			retention: [{ what: 'conversations' }, { what: 'data_of_people_gone', days: 30 }, { what: 'of a later daemon', days: 1 }],
		}
		const panel = mount(LimitsPanel, { props: { limits } })
		const rows = Object.fromEntries(panel.findAll('dl div').map((row) => [row.get('dt').text(), row.get('dd').text()]))
		expect(rows).toMatchObject({
			'Requests of one person': '1200 in a minute',
			'Questions and searches of one person': '60 in a minute', 'Of these at once': '4 at the same time',
			'Without doing anything': '30 minutes',
			'In any case': '12 hours',
			'Password asked again to change something for others': 'never',
			Conversations: 'until somebody deletes it',
			'What belongs to people whom Nextcloud no longer knows': '30 days',
			'of a later daemon': '1 day',
		})
		expect(panel.text()).toContain('Each daemon counts by itself')
		const together = { ...limits, requests: { ...limits.requests, counted_together: true }, sessions: { ...limits.sessions, step_up_minutes: 5 } }
		const other = mount(LimitsPanel, { props: { limits: together } }).text()
		expect(other).not.toContain('Each daemon counts by itself')
		expect(other).toContain('after 5 minutes')
	})
})
