/*
 * Sources that are no files: where they open, and that nothing but a web page is ever opened.
 */
import { describe, expect, it } from 'vitest'

import { kindIcon, placeWords, sourceLink, webLink } from '../../src/chat/items.ts'
import type { Citation } from '../../src/chat/wire.ts'

const citation = (over: Partial<Citation>): Citation => ({
	number: 1, document_id: 'd', chunk_id: 'c', file_id: 0, title: 'Board', path: '', page: 1, span: { start: 0, end: 1 }, quote: 'q', score: 1, ...over,
})

describe('a source', () => {
	it('that is an appointment opens where it says', () => {
		const event = citation({ source: 'event', link: 'https://cloud.clinic.example/index.php/apps/calendar/edit/x/1' })
		expect(sourceLink(event)).toBe('https://cloud.clinic.example/index.php/apps/calendar/edit/x/1')
		expect(placeWords(event)).toBe('Appointment')
	})

	it('that is a file names its page, also when an older daemon does not say what it is', () => {
		expect(placeWords(citation({ page: 3 }))).toBe('page 3')
		expect(placeWords(citation({ page: 3, source: 'file' }))).toBe('page 3')
	})

	it('opens nothing that is no web page', () => {
		for (const link of ['javascript:alert(1)', 'data:text/html,x', '/relative', '', undefined, null]) {
			expect(webLink(link)).toBeUndefined()
		}
		expect(webLink('https://cloud.clinic.example/')).toBe('https://cloud.clinic.example/')
	})

	it('of a kind nobody has thought of yet still has a sign', () => {
		expect(kindIcon('note' as never)).toBe(kindIcon('file'))
	})
})
