/*
 * Server-sent events from a response that was asked for with POST, which the browser's own EventSource cannot do.
 * Only what the daemon sends is understood: an event's name and its data; comments keep the line alive.
 */

/** How much may arrive without an event ending, before the stream is taken for broken. */
const MAX_PENDING_CHARS = 4 * 1024 * 1024

/** Reads the data of each event as JSON, in order. Ends with the stream. */
export async function* events<T>(body: ReadableStream<Uint8Array>): AsyncGenerator<T> {
	const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
	let pending = ''
	try {
		for (;;) {
			const { value, done } = await reader.read()
			if (done) {
				return
			}
			pending += value.replace(/\r\n/g, '\n')
			if (pending.length > MAX_PENDING_CHARS) {
				throw new Error('The answer cannot be read.')
			}
			let end = pending.indexOf('\n\n')
			while (end >= 0) {
				const data = dataOf(pending.slice(0, end))
				pending = pending.slice(end + 2)
				if (data !== '') {
					yield JSON.parse(data) as T
				}
				end = pending.indexOf('\n\n')
			}
		}
	} finally {
		await reader.cancel().catch(() => undefined)
	}
}

function dataOf(block: string): string {
	return block.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).replace(/^ /, '')).join('\n')
}
