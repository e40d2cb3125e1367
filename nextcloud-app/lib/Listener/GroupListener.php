<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Listener;

use OCA\VoiceAssist\Service\Hints;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;
use OCP\Group\Events\UserAddedEvent;
use OCP\Group\Events\UserRemovedEvent;

/**
 * Notes that somebody joined or left a group, because what is shared with the group comes or goes with it.
 *
 * @template-implements IEventListener<Event>
 */
class GroupListener implements IEventListener {
	public function __construct(private Hints $hints) {
	}

	public function handle(Event $event): void {
		if ($event instanceof UserRemovedEvent) {
			$this->hints->note('access.changed', null, null, null, [$event->getUser()->getUID()]);
		} elseif ($event instanceof UserAddedEvent) {
			$this->hints->note('share.created', null, null, null, [$event->getUser()->getUID()]);
		}
	}
}
