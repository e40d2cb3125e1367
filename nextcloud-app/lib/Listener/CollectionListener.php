<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Listener;

use OCA\DAV\Events\AddressBookShareUpdatedEvent;
use OCA\DAV\Events\CalendarDeletedEvent;
use OCA\DAV\Events\CalendarShareUpdatedEvent;
use OCA\DAV\Events\CardCreatedEvent;
use OCA\DAV\Events\CardDeletedEvent;
use OCA\DAV\Events\CardMovedEvent;
use OCA\DAV\Events\CardUpdatedEvent;
use OCA\VoiceAssist\Service\Hints;
use OCP\Calendar\Events\AbstractCalendarObjectEvent;
use OCP\Calendar\Events\CalendarObjectMovedEvent;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;
use OCP\IUserSession;

/**
 * Notes that somebody's calendar or address book changed, or with whom it is shared. Only whose it is and who sees it is
 * told; which entry it was, and what it says, stays here.
 *
 * @template-implements IEventListener<Event>
 */
class CollectionListener implements IEventListener {
	private const CALENDAR = 'calendar.changed';
	private const CONTACTS = 'contacts.changed';
	private const USERS = 'principals/users/';

	public function __construct(
		private Hints $hints,
		private IUserSession $users,
	) {
	}

	public function handle(Event $event): void {
		match (true) {
			$event instanceof AbstractCalendarObjectEvent, $event instanceof CalendarDeletedEvent =>
				$this->note(self::CALENDAR, [$event->getCalendarData()], $event->getShares()),
			$event instanceof CalendarObjectMovedEvent => $this->note(
				self::CALENDAR,
				[$event->getSourceCalendarData(), $event->getTargetCalendarData()],
				[...$event->getSourceShares(), ...$event->getTargetShares()],
			),
			$event instanceof CalendarShareUpdatedEvent =>
				$this->noteShares(self::CALENDAR, $event->getCalendarData(), $event),
			$event instanceof CardCreatedEvent, $event instanceof CardUpdatedEvent, $event instanceof CardDeletedEvent =>
				$this->note(self::CONTACTS, [$event->getAddressBookData()], $event->getShares()),
			$event instanceof CardMovedEvent => $this->note(
				self::CONTACTS,
				[$event->getSourceAddressBookData(), $event->getTargetAddressBookData()],
				[...$event->getSourceShares(), ...$event->getTargetShares()],
			),
			$event instanceof AddressBookShareUpdatedEvent =>
				$this->noteShares(self::CONTACTS, $event->getAddressBookData(), $event),
			default => null,
		};
	}

	/** @param array<string, mixed> $collection */
	private function noteShares(string $type, array $collection, CalendarShareUpdatedEvent|AddressBookShareUpdatedEvent $event): void {
		$added = array_map(static fn (array $share): string => (string)($share['href'] ?? ''), $event->getAdded());
		$changed = array_map(static fn (string $href): array => ['href' => $href], [...$added, ...$event->getRemoved()]);
		$this->note($type, [$collection], [...$event->getOldShares(), ...$changed]);
	}

	/**
	 * @param list<array<string, mixed>> $collections
	 * @param array<array<string, mixed>> $shares
	 */
	private function note(string $type, array $collections, array $shares): void {
		$principals = array_map(static fn (array $own): string => (string)($own['principaluri'] ?? ''), $collections);
		foreach ($shares as $share) {
			$principals[] = (string)($share['{http://owncloud.org/ns}principal'] ?? $share['href'] ?? '');
		}
		$concerned = [];
		$everyone = false;
		foreach ($principals as $principal) {
			$principal = preg_replace('/^principal:/', '', $principal);
			if (str_starts_with($principal, self::USERS)) {
				$concerned[rawurldecode(substr($principal, strlen(self::USERS)))] = true;
			} elseif (!str_starts_with($principal, 'principals/system/')) {
				// A group, a team, or something later: the daemon looks at everybody.
				$everyone = true;
			}
		}
		if ($concerned !== [] || $everyone) {
			$ids = array_map('strval', array_keys($concerned));
			$this->hints->note($type, null, null, $this->users->getUser()?->getUID(), $ids, $everyone);
		}
	}
}
