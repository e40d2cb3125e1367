/*
 * Documents in groups, and a rule that names one file and no other.
 */
import { afterEach, describe, expect, it, vi } from 'vitest'

import { client } from '../../src/api/client.ts'
import { beginning, globOf, readDocuments } from '../../src/documents/documents.ts'
import { askLink, canAsk, registerAction } from '../../src/files/action.ts'
import { byDay } from '../../src/chat/days.ts'

afterEach(() => { vi.restoreAllMocks() })

describe('a group of documents', () => {
	it('goes through all its states without an empty page between', async () => {
		const asked: string[] = []
		vi.spyOn(client, 'json').mockImplementation(async (path: string) => {
			asked.push(path)
			return { documents: path.includes('state=chunked') ? [{ id: 'x' }] : [], counts: {}, withheld: 1 } as never
		})
		const page = await readDocuments('reading', beginning('reading'))
		expect(asked.map((path) => /state=(\w+)/.exec(path)?.[1])).toEqual(['pending', 'fetched', 'chunked'])
		expect(page).toMatchObject({ documents: [{ id: 'x' }], withheld: 3, next: undefined })
	})

	it('is gone on with where it was left', async () => {
		const json = vi.spyOn(client, 'json').mockResolvedValue({ documents: [{ id: 'x' }], counts: {}, withheld: 0, next: 'n' } as never)
		const page = await readDocuments('found', beginning('found'))
		expect(page.next).toEqual({ states: ['indexed', 'searchable'], after: 'n' })
		await readDocuments('found', page.next ?? beginning('found'))
		expect(json.mock.calls[1]?.[0]).toBe('documents?limit=50&state=indexed&after=n')
	})
})

describe('a rule for one file', () => {
	it.each([['/Clinic/AF.pdf', '/Clinic/AF.pdf'], ['Clinic/AF.pdf', '/Clinic/AF.pdf'], ['/a [1]*?.txt', '/a \\[1\\]\\*\\?.txt'], ['/!x #y', '/\\!x \\#y'], ['/back\\slash', '/back\\\\slash']])('%s', (path, pattern) => {
		expect(globOf(path)).toBe(pattern)
	})
})

describe('"Ask about this"', () => {
	const file = { type: 'file', basename: 'AF & "more".pdf', mime: 'application/pdf' }

	it('is there for one file that can be read', () => {
		expect(canAsk([file])).toBe(true)
		expect(canAsk([file, file])).toBe(false)
		expect(canAsk([{ ...file, type: 'folder' }])).toBe(false)
		expect(canAsk([{ ...file, mime: 'video/mp4' }])).toBe(false)
	})

	it('opens the page for questions about this file, in the way of every supported version', () => {
		for (const node of [{ ...file, fileid: 7 }, { ...file, id: '7' }]) {
			const [page, query] = askLink(node).split('?')
			expect(page).toMatch(/\/apps\/voiceassist\/#\/chat$/)
			expect(query).not.toContain('+')
			expect(Object.fromEntries(new URLSearchParams(query))).toEqual({ file: '7', name: 'AF & "more".pdf' })
		}
	})

	it('is registered in the way of every supported version', () => {
		registerAction()
		const older = window._nc_fileactions?.at(-1) as { enabled: (nodes: unknown[]) => boolean }
		const newer = window._nc_files_scope?.v4_0?.fileActions?.get('voiceassist-ask') as { enabled: (context: unknown) => boolean }
		expect(older.enabled([file])).toBe(true)
		expect(newer.enabled({ nodes: [file] })).toBe(true)
	})
})

describe('the list of conversations', () => {
	it('stands under days, the latest first, without empty headings', () => {
		const at = (updated_at: string) => ({ id: updated_at, title: '', message_count: 0, pinned: false, created_at: updated_at, updated_at })
		const now = new Date(2026, 5, 15, 12)
		const days = byDay([at(new Date(2026, 5, 15, 1).toISOString()), at(new Date(2026, 5, 14, 23).toISOString()), at(new Date(2026, 0, 1).toISOString())], now)
		expect(days.map((day) => [day.name, day.conversations.length])).toEqual([['Today', 1], ['Yesterday', 1], ['Earlier', 1]])
	})
})
