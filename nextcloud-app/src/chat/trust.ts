/*
 * How far an answer can be trusted, in words. What decides is how well its sentences answer the question; that the search
 * itself was unsure only keeps an answer from being called well supported. A number alone would promise more than it knows.
 */
import { t } from '@nextcloud/l10n'

import type { Turn } from './wire.ts'

/** In how many steps trust is shown. */
export type Level = 'high' | 'medium' | 'low'

/** Below this a sentence shares little with the question; from the second on it answers nearly all of it. */
const WEAK = 0.3
const STRONG = 0.6
/** From here on the passages found stand out from the rest. */
const SURE = 0.3

/** The level of an answer; nothing for one that was stopped or found nothing. */
export function levelOf(turn: Turn | null): Level | undefined {
	if (turn === null || turn.confidence === null || turn.outcome !== 'answered' || turn.calculation !== null) {
		return undefined
	}
	const { retrieval, selection } = turn.confidence
	if (selection < WEAK) {
		return 'low'
	}
	return selection >= STRONG && retrieval >= SURE ? 'high' : 'medium'
}

/** The level in words. */
export function levelWords(level: Level): string {
	return {
		high: t('voiceassist', 'Well supported'),
		medium: t('voiceassist', 'Supported, check the sources'),
		low: t('voiceassist', 'Weakly supported, check the sources'),
	}[level]
}
