<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Tests;

use OCA\VoiceAssist\Exception\DaemonException;
use OCA\VoiceAssist\Service\DaemonClient;
use OCA\VoiceAssist\Service\Pairing;
use OCP\Http\Client\IClient;
use OCP\Http\Client\IClientService;
use OCP\Http\Client\IResponse;
use PHPUnit\Framework\TestCase;

/** What the daemon answers, and what becomes of answers that are not its. */
class DaemonClientTest extends TestCase {
	private array $asked = [];

	private function client(int $status, string $body): DaemonClient {
		$response = $this->createStub(IResponse::class);
		$response->method('getStatusCode')->willReturn($status);
		$response->method('getBody')->willReturn($body);
		$client = $this->createStub(IClient::class);
		foreach (['get', 'post', 'delete'] as $verb) {
			$client->method($verb)->willReturnCallback(function (string $url, array $options) use ($verb, $response): IResponse {
				$this->asked[] = [$verb, $url, $options];
				return $response;
			});
		}
		$clients = $this->createStub(IClientService::class);
		$clients->method('newClient')->willReturn($client);
		$pairing = $this->createStub(Pairing::class);
		$pairing->method('internalUrl')->willReturn('http://127.0.0.1:8000');
		return new DaemonClient($clients, $pairing);
	}

	public function testASessionIsOpenedWithinAnEndAndTheVouchIsAllThatGoes(): void {
		$session = $this->client(200, '{"token":"t","expires_in":600,"connected":false}')->openSession('v');
		self::assertSame(['token' => 't', 'expires_in' => 600], $session);
		[$verb, $url, $options] = $this->asked[0];
		self::assertSame(['post', 'http://127.0.0.1:8000/api/v1/sessions/vouched', ['vouch' => 'v']], [$verb, $url, $options['json']]);
		self::assertGreaterThan(0, $options['timeout']);
		self::assertLessThanOrEqual(5, $options['timeout']);
	}

	public function testASearchIsNotWaitedFor(): void {
		self::assertSame([['title' => 'x']], $this->client(200, '{"passages":[{"title":"x"}]}')->search('t', 'q', 5));
		self::assertLessThan(2, $this->asked[0][2]['timeout']);
		self::assertSame('Bearer t', $this->asked[0][2]['headers']['Authorization']);
	}

	public function testARefusalSaysItsStatusAndCodeAndNothingOfItsText(): void {
		try {
			$this->client(401, '{"code":"invalid_vouch","detail":"about somebody"}')->openSession('v');
			self::fail('it was refused');
		} catch (DaemonException $refusal) {
			self::assertSame([401, 'The VoiceAssist daemon refused: 401 invalid_vouch'], [$refusal->getCode(), $refusal->getMessage()]);
		}
	}

	/** @dataProvider strangers */
	public function testWhateverElseAnswersIsNotBelieved(int $status, string $body): void {
		$this->expectException(DaemonException::class);
		$this->client($status, $body)->openSession('v');
	}

	public static function strangers(): array {
		return [[200, '<html>hello</html>'], [200, ''], [200, '{"token":7,"expires_in":600}'], [502, '<html>Bad gateway</html>'], [200, '"text"']];
	}

	public function testOnlyWhatAnotherTryCanHelpIsTriedAgain(): void {
		$listed = '{"documents":[{"id":"a","reason":{"code":"busy","retry_can_help":true}},{"id":"b","reason":{"code":"encrypted","retry_can_help":false}},{"id":"c"}]}';
		self::assertSame(1, $this->client(200, $listed)->retryFailed('t'));
		self::assertSame(['get', 'post'], array_column($this->asked, 0));
		self::assertStringEndsWith('/api/v1/documents/a/retry', $this->asked[1][1]);
		self::assertSame('Bearer t', $this->asked[1][2]['headers']['Authorization']);
	}

	public function testNobodyConnectedIsNoTrouble(): void {
		self::assertNull($this->client(404, '{"code":"account_not_connected"}')->connection('t'));
		$this->client(404, '{"code":"account_not_connected"}')->endConnection('t');
		self::assertSame('delete', $this->asked[1][0]);
	}
}
