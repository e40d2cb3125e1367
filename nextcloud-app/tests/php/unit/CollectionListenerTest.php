<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Tests;

use OCA\DAV\Events\CalendarShareUpdatedEvent;
use OCA\DAV\Events\CardUpdatedEvent;
use OCA\VoiceAssist\Listener\CollectionListener;
use OCA\VoiceAssist\Service\Hints;
use OCP\Calendar\Events\AbstractCalendarObjectEvent;
use OCP\Calendar\Events\CalendarObjectMovedEvent;
use OCP\EventDispatcher\Event;
use OCP\IUser;
use OCP\IUserSession;
use PHPUnit\Framework\TestCase;

/** Who is told of a calendar or an address book that changed. */
class CollectionListenerTest extends TestCase {
	/** @return array{string, list<string>, bool} what was noted: type, people, whether everybody */
	private function noted(Event $event): array {
		$noted = [];
		$hints = $this->createMock(Hints::class);
		$hints->expects(self::once())->method('note')->willReturnCallback(
			function (string $type, ?int $file, ?int $parent, ?string $actor, array $users, bool $everyone) use (&$noted): void {
				self::assertSame([null, null, 'alice'], [$file, $parent, $actor]);
				$noted = [$type, $users, $everyone];
			},
		);
		$user = $this->createStub(IUser::class);
		$user->method('getUID')->willReturn('alice');
		$session = $this->createStub(IUserSession::class);
		$session->method('getUser')->willReturn($user);
		(new CollectionListener($hints, $session))->handle($event);
		return $noted;
	}

	/** @param array<string, array> $answers */
	private function event(string $class, array $answers): Event {
		$event = $this->createStub($class);
		foreach ($answers as $method => $answer) {
			$event->method($method)->willReturn($answer);
		}
		return $event;
	}

	private function own(string $user): array {
		return ['principaluri' => 'principals/users/' . $user, 'uri' => 'personal'];
	}

	private function share(string $principal): array {
		return ['href' => 'principal:' . $principal, '{http://owncloud.org/ns}principal' => $principal];
	}

	public function testOwnerAndSharersAreToldOfAnEntry(): void {
		$event = $this->event(AbstractCalendarObjectEvent::class, [
			'getCalendarData' => $this->own('alice'),
			'getShares' => [$this->share('principals/users/bob%20b'), $this->share('principals/users/007')],
		]);
		self::assertSame(['calendar.changed', ['alice', 'bob b', '007'], false], $this->noted($event));
	}

	public function testAGroupIsEverybody(): void {
		$event = $this->event(CardUpdatedEvent::class, [
			'getAddressBookData' => $this->own('alice'),
			'getShares' => [$this->share('principals/groups/ward')],
		]);
		self::assertSame(['contacts.changed', ['alice'], true], $this->noted($event));
	}

	public function testTheServersOwnBookIsNobodys(): void {
		$event = $this->event(CardUpdatedEvent::class, [
			'getAddressBookData' => ['principaluri' => 'principals/system/system'],
			'getShares' => [],
		]);
		$hints = $this->createMock(Hints::class);
		$hints->expects(self::never())->method('note');
		(new CollectionListener($hints, $this->createStub(IUserSession::class)))->handle($event);
	}

	public function testBothEndsOfAMoveAreTold(): void {
		$event = $this->event(CalendarObjectMovedEvent::class, [
			'getSourceCalendarData' => $this->own('alice'),
			'getTargetCalendarData' => $this->own('carol'),
			'getSourceShares' => [],
			'getTargetShares' => [$this->share('principals/users/dan')],
		]);
		self::assertSame(['calendar.changed', ['alice', 'carol', 'dan'], false], $this->noted($event));
	}

	public function testWhoLosesAShareIsTold(): void {
		$event = $this->event(CalendarShareUpdatedEvent::class, [
			'getCalendarData' => $this->own('alice'),
			'getOldShares' => [$this->share('principals/users/bob')],
			'getAdded' => [['href' => 'principal:principals/users/carol', 'readOnly' => true]],
			'getRemoved' => ['principal:principals/users/bob'],
		]);
		self::assertSame(['calendar.changed', ['alice', 'bob', 'carol'], false], $this->noted($event));
	}
}
