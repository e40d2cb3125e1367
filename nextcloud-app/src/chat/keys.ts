/*
 * When a single key may do something: not while somebody writes, and not where they have switched such keys off in
 * Nextcloud's accessibility settings.
 */

/** Whether keys go into a text there. */
export function typesText(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select, [role="dialog"], [role="menu"]') !== null)
}

/** Whether the person allows keys without a modifier. */
export function singleKeysAllowed(): boolean {
	const nextcloud = (window as { OCP?: { Accessibility?: { disableKeyboardShortcuts?: () => boolean } } }).OCP
	return nextcloud?.Accessibility?.disableKeyboardShortcuts?.() !== true
}
