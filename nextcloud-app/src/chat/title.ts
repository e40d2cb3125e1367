/*
 * A conversation's first title: the beginning of its first question, cut at a word.
 */

/** How long a title made from a question is at most. */
const MAX_CHARS = 80

/** The title. */
export function titleOf(question: string): string {
	const line = question.trim().replace(/\s+/g, ' ')
	if (line.length <= MAX_CHARS) {
		return line
	}
	const cut = line.slice(0, MAX_CHARS)
	const word = cut.lastIndexOf(' ')
	return `${(word > MAX_CHARS / 2 ? cut.slice(0, word) : cut).replace(/[\s,;:.–-]+$/, '')}…`
}
