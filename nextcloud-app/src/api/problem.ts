/*
 * What the daemon says when it refuses: RFC 9457 problem documents. A problem is shown to people by its title and
 * detail, which carry no content of documents; everything else about a failed request stays in the console of nobody.
 */

/** One field that was not accepted. */
export interface FieldProblem {
	/** Name of the input; empty when it is about the whole request. */
	field: string
	/** What is wrong, for people. */
	message: string
}

/** A refusal. */
export class Problem extends Error {
	constructor(
		/** HTTP status; 0 when no answer came. */
		readonly status: number,
		/** Stable code. */
		readonly code: string,
		/** For people. */
		message: string,
		/** What is wrong with single fields. */
		readonly fields: FieldProblem[] = [],
		/** The whole document, for those who know more of it. */
		readonly body: Record<string, unknown> = {},
		/** How many seconds to wait before asking again; nothing when that is not said. */
		readonly wait: number | undefined = undefined,
	) {
		super(message)
		this.name = 'Problem'
	}

	/** Reads an answer that is not a success. */
	static async from(response: Response): Promise<Problem> {
		let body: Record<string, unknown> = {}
		try {
			body = await response.json() as Record<string, unknown>
		} catch {
			// Not a problem document: a proxy's page, or nothing at all.
		}
		const text = (name: string) => typeof body[name] === 'string' ? body[name] : ''
		const message = text('detail') || text('title') || `HTTP ${response.status}`
		return new Problem(response.status, text('code') || 'unknown', message, fieldsOf(body), body, waitOf(response.headers.get('Retry-After')))
	}
}

/** Seconds as `Retry-After` says them; a date or nonsense says nothing. */
function waitOf(header: string | null): number | undefined {
	return header !== null && /^\d{1,5}$/.test(header.trim()) ? Number(header) : undefined
}

function fieldsOf(body: Record<string, unknown>): FieldProblem[] {
	const list = Array.isArray(body.problems) ? body.problems : Array.isArray(body.errors) ? body.errors : []
	return list.flatMap((entry: unknown) => {
		if (typeof entry !== 'object' || entry === null) {
			return []
		}
		const { input, field, message, detail } = entry as Record<string, unknown>
		const name = typeof input === 'string' ? input : typeof field === 'string' ? field : ''
		const words = typeof message === 'string' ? message : typeof detail === 'string' ? detail : ''
		return [{ field: name, message: words }]
	})
}
