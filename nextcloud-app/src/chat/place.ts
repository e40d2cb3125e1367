/*
 * Where a source can be opened, and how its passage is shown with the quoted sentence marked.
 */
import { loadState } from '@nextcloud/initial-state'
import { generateUrl } from '@nextcloud/router'

import type { Citation, Passage } from './wire.ts'

/** A run of text; what is quoted is marked. */
export interface Run {
	text: string
	marked: boolean
}

/** The file in Nextcloud, at the page where its viewer understands one. Nothing outside Nextcloud. */
export function fileLink(fileId: number, page?: number): string | undefined {
	if (!loadState<boolean>('voiceassist', 'embedded', false)) {
		return undefined
	}
	const link = generateUrl('/f/{fileId}?openfile=true', { fileId })
	return page === undefined || page < 2 ? link : `${link}#page=${page}`
}

/** The pieces of a document as one text in which the quoted sentence is marked. Pieces overlap; nothing is said twice. */
export function runsOf(passages: Passage[], citation: Citation): Run[] {
	const runs: Run[] = []
	let reached = -1
	for (const passage of passages) {
		// Spans count code points, not UTF-16 units.
		const points = [...passage.text]
		const skip = Math.max(0, reached - passage.span.start)
		if (skip >= points.length && reached >= 0) {
			continue
		}
		if (runs.length > 0 && passage.span.start > reached) {
			runs.push({ text: '\n\n', marked: false })
		}
		const inside = (at: number) => passage.span.start + at >= citation.span.start && passage.span.start + at < citation.span.end
		let from = skip
		for (let at = skip + 1; at <= points.length; at++) {
			if (at === points.length || inside(at) !== inside(from)) {
				runs.push({ text: points.slice(from, at).join(''), marked: inside(from) })
				from = at
			}
		}
		reached = passage.span.start + points.length
	}
	return runs
}
