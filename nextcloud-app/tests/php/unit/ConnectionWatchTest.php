<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Tests;

use OCA\VoiceAssist\Service\ConnectionWatch;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IConfig;
use OCP\Notification\IManager;
use OCP\Notification\INotification;
use PHPUnit\Framework\TestCase;

/** Somebody is told once that their connection needs them, and no longer when it does not. */
class ConnectionWatchTest extends TestCase {
	/** @var list<string> */
	private array $done = [];
	/** @var array<string, string> */
	private array $kept = [];

	private function watch(): ConnectionWatch {
		$notification = $this->createStub(INotification::class);
		foreach (['setApp', 'setDateTime', 'setObject', 'setSubject'] as $setter) {
			$notification->method($setter)->willReturnSelf();
		}
		$user = '';
		$notification->method('setUser')->willReturnCallback(static function (string $whose) use (&$user, $notification): INotification {
			$user = $whose;
			return $notification;
		});
		$manager = $this->createStub(IManager::class);
		$manager->method('createNotification')->willReturn($notification);
		$manager->method('notify')->willReturnCallback(function () use (&$user): void { $this->done[] = "told $user"; });
		$manager->method('markProcessed')->willReturnCallback(function () use (&$user): void { $this->done[] = "taken back $user"; });
		$config = $this->createStub(IConfig::class);
		$config->method('getUserValue')->willReturnCallback(fn (string $user) => $this->kept[$user] ?? '');
		$config->method('setUserValue')->willReturnCallback(function (string $user, string $app, string $key, string $value): void { $this->kept[$user] = $value; });
		$config->method('deleteUserValue')->willReturnCallback(function (string $user): void { unset($this->kept[$user]); });
		$time = $this->createStub(ITimeFactory::class);
		$time->method('getDateTime')->willReturn(new \DateTime('2026-11-23T12:00:00Z'));
		return new ConnectionWatch($manager, $config, $time);
	}

	private static function person(string $who, string $code, string $since = '2026-11-23T10:00:00Z'): array {
		return ['user_id' => 'alice', 'since' => $since, 'advice' => ['code' => $code, 'who' => $who, 'sentence' => 'x']];
	}

	public function testTheSameTroubleIsToldOnceHoweverOftenItIsSeen(): void {
		$watch = $this->watch();
		$watch->tell([self::person('person', 'connect_again')]);
		$watch->tell([self::person('person', 'connect_again')]);
		self::assertSame(['taken back alice', 'told alice'], $this->done);
	}

	public function testItIsTakenBackWhenAllIsWellAndToldAnewWhenItComesAgain(): void {
		$watch = $this->watch();
		$watch->tell([self::person('person', 'connect_again')]);
		$watch->tell([self::person('nobody', 'none')]);
		$watch->tell([self::person('person', 'connect_again', '2026-11-23T11:00:00Z')]);
		self::assertSame(['taken back alice', 'told alice', 'taken back alice', 'taken back alice', 'told alice'], $this->done);
	}

	public function testWhoeverNeedsToDoNothingHearsNothing(): void {
		$this->watch()->tell([self::person('nobody', 'none'), self::person('administrator', 'daemon'), ['advice' => []], ['user_id' => '']]);
		self::assertSame([], $this->done);
	}
}
