<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Listener;

use OCA\VoiceAssist\Service\Hints;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;
use OCP\IGroupManager;
use OCP\IUserSession;
use OCP\Share\Events\ShareCreatedEvent;
use OCP\Share\Events\ShareDeletedEvent;
use OCP\Share\Events\ShareDeletedFromSelfEvent;
use OCP\Share\IShare;

/**
 * Notes that something was shared or is shared no more, and with whom, as far as they can be listed.
 *
 * @template-implements IEventListener<Event>
 */
class ShareListener implements IEventListener {
	/** Larger groups are not listed; the daemon then looks at everybody. */
	private const MAX_MEMBERS = 1000;

	public function __construct(
		private Hints $hints,
		private IGroupManager $groups,
		private IUserSession $users,
	) {
	}

	public function handle(Event $event): void {
		if ($event instanceof ShareCreatedEvent) {
			$this->note('share.created', $event->getShare());
		} elseif ($event instanceof ShareDeletedEvent || $event instanceof ShareDeletedFromSelfEvent) {
			$this->note('share.deleted', $event->getShare());
		}
	}

	private function note(string $type, IShare $share): void {
		[$concerned, $everyone] = $this->concerned($share);
		if ($concerned !== [] || $everyone) {
			$this->hints->note($type, $share->getNodeId(), null, $this->users->getUser()?->getUID(), $concerned, $everyone);
		}
	}

	/** @return array{list<string>, bool} user ids, and whether there may be more */
	private function concerned(IShare $share): array {
		switch ($share->getShareType()) {
			case IShare::TYPE_USER:
				return [[$share->getSharedWith()], false];
			case IShare::TYPE_GROUP:
				$group = $this->groups->get($share->getSharedWith());
				if ($group === null) {
					return [[], true];
				}
				$members = $group->searchUsers('', self::MAX_MEMBERS + 1);
				$ids = array_map(static fn ($member): string => $member->getUID(), array_values($members));
				return [array_slice($ids, 0, self::MAX_MEMBERS), count($ids) > self::MAX_MEMBERS];
			case IShare::TYPE_LINK:
			case IShare::TYPE_EMAIL:
			case IShare::TYPE_REMOTE:
				// Nobody who has an account here.
				return [[], false];
			default:
				return [[], true];
		}
	}
}
