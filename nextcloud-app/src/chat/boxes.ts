/*
 * Where the quoted sentence is marked on the picture of a page, and what is said of text that was read from a picture.
 */
import { t } from '@nextcloud/l10n'

import type { Citation, PageBox } from './wire.ts'

/** Below this, in per cent, recognised text is to be compared with the page. */
export const SURE_PERCENT = 75
/** Marked places on one page at most; a sentence has a few lines. */
const MOST_BOXES = 60
/** How far a mark reaches over its line, in parts of the page. */
const MARGIN = 0.004

/** What stands on this page, in parts of it, drawn a little larger than the letters. What is no rectangle on it is left out. */
export function boxesOn(citation: Citation, page: number): PageBox[] {
	const within = (part: number) => Math.min(1, Math.max(0, part))
	return (citation.boxes ?? [])
		.filter((box) => box.page === page && [box.x0, box.y0, box.x1, box.y1].every(Number.isFinite) && box.x0 < box.x1 && box.y0 < box.y1)
		.slice(0, MOST_BOXES)
		.map((box) => ({ page, x0: within(box.x0 - MARGIN), y0: within(box.y0 - MARGIN / 2), x1: within(box.x1 + MARGIN), y1: within(box.y1 + MARGIN / 2) }))
}

/** A mark as a style: parts of the page as it lies, whatever the direction of the language. */
export function boxStyle(box: PageBox): Record<string, string> {
	const percent = (part: number) => `${(part * 100).toFixed(3)}%`
	return { insetInlineStart: percent(box.x0), insetBlockStart: percent(box.y0), width: percent(box.x1 - box.x0), height: percent(box.y1 - box.y0) }
}

/** How sure it is of text that was read from a picture; nothing of other text. */
export function recognisedWords(citation: Citation): string {
	const { recognised } = citation
	if (recognised === undefined || recognised === null) {
		return ''
	}
	return isUnsure(citation)
		? t('voiceassist', 'Read from a picture, only {percent} % sure. Compare it with the page before you rely on it.', { percent: recognised })
		: t('voiceassist', 'Read from a picture, {percent} % sure.', { percent: recognised })
}

/** Whether it is to be compared with the page. */
export function isUnsure(citation: Citation): boolean {
	return (citation.recognised ?? 100) < SURE_PERCENT
}
